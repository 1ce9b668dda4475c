// Every attack that is tried, the tests that try it, and what of two OWASP documents they show:
// `asvs` are requirements of the Application Security Verification Standard 5.0.0, `sheet` sections of the
// Multifactor Authentication Cheat Sheet.
//
// A test is named by its file, without `.test.mjs`, and its name.

const REQUIRED = 'When to Require MFA';
const FAILED = 'Failed Login Attempts';
const RESET = 'Resetting MFA';

export const ATTACKS = [
  // The Gateway's callback
  {
    attack: 'a captured callback, cut anew at its fields’ borders', asvs: ['2.2.1', '2.2.3'],
    tests: [['callback', 'every new cut of a good callback at its borders is refused, though it keeps its MAC']],
  },
  {
    attack: 'a callback’s field twice, or missing', asvs: ['2.2.1', '15.3.7'],
    tests: [['callback', 'a field that is missing or doubled is refused, also if both are equal; the nickname may be missing']],
  },
  {
    attack: 'a callback for another Gateway ID', asvs: ['9.2.3'],
    tests: [['callback', 'a callback for another Gateway ID is refused as that']],
  },
  {
    attack: 'hexadecimal digits in capitals, and other lengths and alphabets', asvs: ['2.2.1'],
    tests: [['callback', 'a field of another length or alphabet is refused, though its MAC is right']],
  },
  {
    attack: 'a callback that the Gateway did not make', asvs: ['9.1.1'],
    tests: [['callback', 'without the right MAC nothing else counts, and nothing is looked up or stored']],
  },
  {
    attack: 'a message again: at once, later, after a restart', asvs: ['6.5.1', '6.6.2'],
    tests: [
      ['callback-once', 'the same callback again is taken and does nothing, at once and after a restart, with KV and without'],
      ['callback-once', 'one message a hundred times at once: one proof'],
    ],
  },
  {
    attack: 'the right code from somebody else’s phone', asvs: ['6.6.2'],
    tests: [['callback-once', 'the right code from another ID proves nothing, whether or not anybody awaits something from that one']],
  },
  {
    attack: 'a reply that is late, or dated as the sender likes', asvs: ['6.5.5', '6.5.8'],
    tests: [['callback-once', 'a reply after three minutes is too late by our clock, whatever its date says']],
  },
  {
    attack: 'messages from strangers, to fill the storage', asvs: ['2.4.1'],
    tests: [['callback-once', 'a sender whom nobody enrolled leaves no storage behind']],
  },
  {
    attack: 'two users of one Threema ID', asvs: ['6.6.2'],
    tests: [
      ['threema', 'two users of one ID have codes of their own, and are not confused'],
      ['threema-tap', 'two users of one ID are not confused'],
    ],
  },
  {
    attack: 'prompts without end, until one is approved', asvs: ['6.6.4'],
    tests: [
      ['threema-tap', 'whoever bombs with prompts gets two through, then two after 15 minutes, then two after 30'],
      ['threema-tap', 'fifty pages at once ask once, and two clicks of one page ask once'],
    ],
  },
  {
    attack: 'reactions that come late, or are taken back', asvs: ['6.6.2', '6.5.5'],
    tests: [
      ['threema-tap', 'a thumb-up after the prompt’s end proves nothing, a thumb-down still says who it was not'],
      ['threema-tap', 'a thumb-down after a thumb-up takes back a pass that was not redeemed'],
      ['threema-tap', 'a page that gave up is let in by no thumb'],
    ],
  },
  {
    attack: 'reactions to other messages, and from other IDs', asvs: ['6.6.2', '6.5.1'],
    tests: [
      ['threema-tap', 'what is no thumb, or not for this message, or from another ID, does nothing'],
      ['threema-tap', 'a hundred different thumbs for one message prove once'],
    ],
  },
  {
    attack: 'to learn from a prompt whether its owner is there', asvs: ['6.3.5', '6.3.8'], sheet: [FAILED],
    tests: [['threema-tap', 'a page cannot tell an owner who declines from one who is asleep, and the site is told']],
  },
  {
    attack: 'a code that was sent, guessed or used elsewhere', asvs: ['6.6.2', '6.6.3', '6.5.5'],
    tests: [
      ['threema-code', 'the third wrong code kills a code, also when a hundred come at once, and all of it counts as guessing'],
      ['threema-code', 'a code proves only the challenge that it was sent for'],
      ['threema-code', 'a code is over with its time, by the worker’s clock'],
    ],
  },
  {
    attack: 'codes without end, to somebody’s phone', asvs: ['2.4.1', '6.6.4'],
    tests: [
      ['threema-code', 'a user is written to four times a minute, whatever opens, and told when it goes on'],
      ['threema-code', 'a hundred pages at once send no more than the user’s minute has'],
    ],
  },
  {
    attack: 'another key for an enrolled Threema ID', asvs: ['6.3.4'],
    tests: [['threema-enrol', 'a changed key is refused while anybody relies on the old one, and its messages are not read']],
  },
  // Requests
  {
    attack: 'huge bodies', asvs: ['2.4.1', '15.2.2'],
    tests: [['callback', 'what is no form, or longer than 16 KiB, is refused'], ['api', 'a body of more than 16 KiB is refused on every route that reads one']],
  },
  {
    attack: 'slow bodies, by hundreds', asvs: ['2.4.1', '15.2.2'],
    tests: [['attacks-flood', 'bodies that come slowly, or never to their end, hold nobody up']],
  },
  {
    attack: 'members that are unknown, twice, or of another type', asvs: ['2.2.1', '15.3.3', '15.3.5'],
    tests: [['api', 'a request that is not as agreed is bad_request, and an unknown member is named']],
  },
  {
    attack: 'methods that an address does not have', asvs: ['4.1.4'],
    tests: [['api', 'an unknown path is 404, a wrong verb 405 with Allow']],
  },
  {
    attack: 'pages of other origins', asvs: ['3.4.2', '3.5.2'],
    tests: [
      ['api', 'a ticket works on pages of its own origin only'],
      ['api', 'a preflight is answered for the site’s origins and for nobody else'],
      ['api', 'a page of the site can read each answer of the client API, and a foreign page none'],
      ['api', 'no page can read an answer of the site API, not even one of the site'],
    ],
  },
  {
    attack: 'forged sockets', asvs: ['4.4.2', '4.4.3'],
    tests: [['socket', 'without the right ticket, origin and subprotocols there is none, and the answer says why']],
  },
  // Secrets, tickets, passes
  {
    attack: 'one secret of the site for another’s calls', asvs: ['8.2.1'],
    tests: [['api', 'each secret opens its own calls and no others']],
  },
  {
    attack: 'invented tickets and passes, to wake objects', asvs: ['9.1.1', '2.4.1'],
    tests: [
      ['attacks-tokens', 'a thousand invented tickets and passes wake no object'],
      ['api', 'a ticket that is garbage, cut, or altered in any place is ticket_invalid'],
    ],
  },
  {
    attack: 'a ticket for another user', asvs: ['8.2.2', '2.3.1'],
    tests: [['attacks-tokens', 'a ticket opens and changes nothing of another user']],
  },
  {
    attack: 'a ticket for another purpose', asvs: ['9.2.2', '8.2.1'],
    tests: [['attacks-tokens', 'a ticket to log in changes nothing, before and after the proof']],
  },
  {
    attack: 'a pass of another user, ticket or purpose', asvs: ['9.2.2', '2.3.1'],
    tests: [['attacks-tokens', 'a pass of another user, ticket or purpose lets nobody in, and stays good for its own']],
  },
  {
    attack: 'tickets, proofs and passes after their time', asvs: ['9.2.1', '6.5.5'],
    tests: [
      ['time', 'a ticket to log in ends after 15 minutes, one to enrol after 30, as stored'],
      ['time', 'a pass ends after 300 s: neither redeemed nor given again'],
      ['time', 'a clock that was set back brings nothing back: the latest time that was seen goes on'],
    ],
  },
  // Members and who has their password
  {
    attack: 'a password thief who adds a factor of his own', asvs: ['7.5.1'], sheet: [REQUIRED],
    tests: [
      ['api', 'a password thief enrols nothing of his own: each change needs proof of an active factor'],
      ['api', 'a factor opened before another became active is not confirmed without proof of that one'],
      ['threema-enrol', 'a password thief enrols no ID of his own, and looks none up'],
      ['time', 'a proof allows changes for ten minutes, then it is needed again'],
    ],
  },
  {
    attack: 'thousands of guesses', asvs: ['6.3.1', '6.6.3'],
    tests: [['attacks-flood', 'of thousands of guesses none beyond the rule is looked at, and the owner is not locked out']],
  },
  {
    attack: 'guesses to lock the owner out', asvs: ['6.3.1'], sheet: [FAILED],
    tests: [
      ['threema', 'at a hundred wrong codes the app is closed; the reply stays open, and opens the app again'],
      ['time', 'the hundredth wrong code in a row closes the app’s codes; a recovery code, after the wait, opens them again'],
    ],
  },
  {
    attack: 'a code, a recovery code, a pass twice', asvs: ['6.5.1'],
    tests: [
      ['api', 'a code that is malformed, wrong or used is told apart, and none of them proves'],
      ['api', 'new recovery codes end the old ones'],
      ['restart', 'a pass redeemed before SIGKILL is not redeemed again after it'],
    ],
  },
  {
    attack: 'storage lost, or another one in its place', asvs: ['6.3.4'], sheet: [REQUIRED],
    tests: [
      ['restart', 'storage wiped: the forum lets nobody in who had a second factor, and who had none comes in'],
      ['api', 'who has no second factor needs none; who should have one and has not is 409, whatever the purpose'],
    ],
  },
  {
    attack: 'a reset, to keep a foot in the door', asvs: ['6.5.6'], sheet: [RESET],
    tests: [
      ['api', 'a reset removes everything a user had, tickets too'],
      ['threema', 'a reply for a user who was reset, or whose ticket’s time is up, does nothing'],
    ],
  },
  // Strangers
  {
    attack: 'a stranger’s ID, named by many accounts at once', asvs: ['2.4.1'],
    tests: [
      ['threema-code', 'an ID for codes is enrolled by a reply, so nobody is written to who did not write first'],
      ['attacks-flood', 'a stranger’s ID that many accounts name is never written to, and its owner logs in meanwhile'],
      ['threema-enrol', 'a sixth enrolment that waits for an ID ends the oldest, whose page hears of it; logins stay'],
    ],
  },
  {
    attack: 'look-ups, to learn who has which ID', asvs: ['6.3.8', '2.4.1'],
    tests: [
      ['threema-enrol', 'five IDs may be looked up under a ticket, twenty a day for a user'],
      ['threema-attacks', 'twenty look-ups of a day hold when their tickets have ended and are forgotten, and no longer than the day'],
      ['threema', 'whoever has the password alone is shown the last two signs of the ID'],
    ],
  },
];
