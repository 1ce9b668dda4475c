export {
  Authenticator, check, checkHotp, emailHash, formatSecret, hotp, keyFingerprint, keyLevel, keyUri,
  newKeyPair, newRecoveryCodes, newReplyCode, newSecret, openCallback, parseKeyUri, parseMigration,
  parseRecoveryCode, parseThreemaId, parseThreemaQr, phoneHash, publicKeyOf, qrPath, qrSvg,
  readReplyCode, replyLink, resyncHotp, sealText, secretBytes, totp,
} from '../element/functions.js';
