// One message of every type that Threema has, with the data that its apps put after the type byte.

const text = (words) => Buffer.from(words).toString('hex');
const json = (value) => text(JSON.stringify(value));
const u16 = (value) => Buffer.from([value & 255, value >> 8]).toString('hex');
const u32 = (value) => u16(value & 0xffff) + u16(value >> 16);
const [KEY, NONCE, BLOB, ID] = ['5a'.repeat(32), '6b'.repeat(24), '7c'.repeat(16), '1122334455667788'];
const CREATOR = text('ECHOECHO');
const GROUP = `${CREATOR}99aabbccddeeff00`;
const OWN_GROUP = '99aabbccddeeff00';

// Protocol buffers, as far as they are needed: a fixed64 in field 1, bytes in another field.
const about = (message) => `09${message}`;
const bytes = (field, data) => Buffer.from([(field << 3) | 2, data.length / 2]).toString('hex') + data;

const file = json({ b: BLOB, k: KEY, m: 'text/plain', n: 'notes.txt', s: 12, j: 0, i: 0, d: 'ein Vermerk: grün' });
const poll = json({ d: 'Lunch?', s: 0, a: 0, t: 0, u: 1, o: 0, p: [], c: [{ i: 0, n: 'yes', o: 0, r: [], t: 0 }] });
const vote = CREATOR + ID + json([[0, 1]]);
const location = text('47.376900,8.541700,12.5\nHB\nBahnhofplatz');
const call = json({ callId: 1 });

/** `code` is a text that is a code. */
export const messageTypes = (code) => [
  ['00', 'invalid', text(code)],
  ['01', 'text', text(`Hello, my code is ${code}`)],
  ['02', 'image', BLOB + u32(4096) + NONCE],
  ['10', 'location', location],
  ['13', 'video', u16(7) + BLOB + u32(4096) + BLOB + u32(512) + KEY],
  ['14', 'audio', u16(7) + BLOB + u32(4096) + KEY],
  ['15', 'poll set-up', ID + poll],
  ['16', 'poll vote', vote],
  ['17', 'file', file],
  ['18', 'profile picture, set', BLOB + u32(4096) + KEY],
  ['19', 'profile picture, deleted', ''],
  ['1a', 'profile picture, requested', ''],
  ['41', 'group text', GROUP + text(code)],
  ['42', 'group location', GROUP + location],
  ['43', 'group image', GROUP + BLOB + u32(4096) + KEY],
  ['44', 'group video', GROUP + u16(7) + BLOB + u32(4096) + BLOB + u32(512) + KEY],
  ['45', 'group audio', GROUP + u16(7) + BLOB + u32(4096) + KEY],
  ['46', 'group file', GROUP + file],
  ['4a', 'group set-up', OWN_GROUP + CREATOR],
  ['4b', 'group name', OWN_GROUP + text(code)],
  ['4c', 'group left', GROUP],
  ['4f', 'group call', GROUP + KEY],
  ['50', 'group picture, set', OWN_GROUP + BLOB + u32(4096) + KEY],
  ['51', 'group sync request', OWN_GROUP],
  ['52', 'group poll', GROUP + ID + poll],
  ['53', 'group poll vote', GROUP + vote],
  ['54', 'group picture, deleted', OWN_GROUP],
  ['60', 'call offer', call],
  ['61', 'call answer', call],
  ['62', 'call candidates', call],
  ['63', 'call hang-up', call],
  ['64', 'call ringing', call],
  ...['received', 'read', 'acknowledged', 'declined'].map((status, at) => ['80', `receipt: ${status}`, `0${at + 1}${ID}`]),
  ['81', 'group receipt', `${GROUP}03${ID}`],
  ['82', 'reaction put', about(ID) + bytes(2, text('👍🏽'))],
  ['82', 'reaction withdrawn', about(ID) + bytes(3, text('👎'))],
  ['83', 'group reaction', GROUP + about(ID) + bytes(2, text('👍'))],
  ['90', 'typing', '01'],
  ['91', 'edit', about(ID) + bytes(2, text(code))],
  ['92', 'delete', about(ID)],
  ['93', 'group edit', GROUP + about(ID) + bytes(2, text(code))],
  ['94', 'group delete', GROUP + about(ID)],
  ['a0', 'forward security', bytes(1, '00'.repeat(16))],
  ['fc', 'empty', ''],
  ['fd', 'Work sync', ''],
  ['fe', 'web session resumed', KEY],
  ['ff', 'authentication token', KEY],
].map(([type, name, data]) => ({ type, name, data }));
