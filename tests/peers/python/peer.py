"""Makes callbacks by Threema's Python SDK: a job as JSON on standard input, their bodies as a JSON array
on standard output. `tests/e2e/peers.test.mjs` has the same job done by other libraries.

Padding and box are the SDK's; text and receipt are also packed by its own classes. It only checks MACs,
so that one is made here, and the SDK is asked whether it takes it.
"""
import asyncio
import hashlib
import hmac
import json
import sys
from types import SimpleNamespace
from urllib.parse import urlencode

from threema.gateway import e2e
from threema.gateway.key import Key

SIGNED = ('from', 'to', 'messageId', 'date', 'nonce', 'box')


class AnyMessage(e2e.Message):
    """A message of a type that the SDK has no class for."""

    def __init__(self, connection, type_, data, **kwargs):
        super().__init__(connection, SimpleNamespace(value=type_), **kwargs)
        self._data = data

    async def pack(self, writer):
        writer.writeexactly(self._data)

    @classmethod
    async def unpack(cls, connection, parameters, key_pair, reader):
        raise NotImplementedError


def made(connection, type_, data, **kwargs):
    """The message, packed by the SDK's own class where that gives the same bytes."""
    if type_ == e2e.Message.Type.text_message:
        return e2e.TextMessage(connection, text=data.decode(), **kwargs)
    if type_ == e2e.Message.Type.delivery_receipt:
        ids = [data[at:at + 8] for at in range(1, len(data), 8)]
        return e2e.DeliveryReceipt(
            connection, receipt_type=e2e.DeliveryReceipt.ReceiptType(data[0]), message_ids=ids, **kwargs)
    return AnyMessage(connection, type_, data, **kwargs)


async def callback(job, connection, message):
    whole = made(
        connection, int(message['type'], 16), bytes.fromhex(message['data']),
        to_id=job['to'], key=Key.decode('public:' + job['public_key'], Key.Type.public))
    sending = whole.send(get_data_only=True)
    nonce, box = await sending
    fields = {
        'from': job['from'], 'to': job['to'], 'messageId': message['id'], 'date': str(job['date']),
        'nonce': nonce.hex(), 'box': box.hex(),
    }
    secret = job['secret'].encode('ascii')
    signed = ''.join(fields[name] for name in SIGNED).encode('ascii')
    fields['mac'] = hmac.new(secret, signed, hashlib.sha256).hexdigest()
    e2e._validate_hmac(secret, fields['mac'], fields)
    return urlencode(fields)


async def main():
    job = json.load(sys.stdin)
    key = Key.decode('private:' + job['private_key'], Key.Type.private)
    # All that a message asks of its connection; the SDK's own one wants a network.
    connection = SimpleNamespace(id=job['from'], key=key, blocking=False)
    connection.unwrap = connection
    json.dump([await callback(job, connection, message) for message in job['messages']], sys.stdout)


asyncio.run(main())
