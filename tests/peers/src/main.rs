//! Makes callbacks by the official Rust SDK: a job as JSON on standard input, their bodies as a JSON array
//! on standard output. `tests/e2e/peers.test.mjs` has the same job done by other libraries.
//!
//! Padding and box are the SDK's. It only checks MACs, so that one is made here, and the SDK is asked
//! whether it takes the whole.
use std::error::Error;
use std::io;

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use sha2::Sha256;
use threema_gateway::protocol::e2e::MessageType;
use threema_gateway::{IncomingMessage, PublicKey, SecretKey, encrypt};

/// Messages from one sender to one Gateway ID.
#[derive(Deserialize)]
struct Job {
    from: String,
    to: String,
    /// The Gateway's API secret.
    secret: String,
    /// The sender's, in hexadecimal digits.
    private_key: String,
    /// The Gateway ID's, in hexadecimal digits.
    public_key: String,
    /// UNIX seconds.
    date: u64,
    messages: Vec<Message>,
}

#[derive(Deserialize)]
struct Message {
    /// 16 hexadecimal digits.
    id: String,
    /// The type, two hexadecimal digits.
    r#type: String,
    /// What follows it, in hexadecimal digits.
    data: String,
}

fn main() -> Result<(), Box<dyn Error>> {
    let job: Job = serde_json::from_reader(io::stdin().lock())?;
    let bodies = job.messages.iter().map(|message| callback(&job, message));
    let bodies: Vec<String> = bodies.collect::<Result<_, _>>()?;
    serde_json::to_writer(io::stdout().lock(), &bodies)?;
    Ok(())
}

fn callback(job: &Job, message: &Message) -> Result<String, Box<dyn Error>> {
    let data = HEXLOWER.decode(message.data.as_bytes())?;
    let kind = MessageType::from(u8::from_str_radix(&message.r#type, 16)?);
    let to = PublicKey::from_slice(&HEXLOWER.decode(job.public_key.as_bytes())?)?;
    let by = SecretKey::from_slice(&HEXLOWER.decode(job.private_key.as_bytes())?)?;
    let encrypted = encrypt(&data, kind, &to, &by)?;

    let date = job.date.to_string();
    let nonce = HEXLOWER.encode(&encrypted.nonce);
    let sealed = HEXLOWER.encode(&encrypted.ciphertext);
    let signed = [
        ("from", job.from.as_str()),
        ("to", &job.to),
        ("messageId", &message.id),
        ("date", &date),
        ("nonce", &nonce),
        ("box", &sealed),
    ];
    let mut mac = Hmac::<Sha256>::new_from_slice(job.secret.as_bytes())?;
    for (_, value) in signed {
        mac.update(value.as_bytes());
    }
    let mac = HEXLOWER.encode(&mac.finalize().into_bytes());
    let body = serde_urlencoded::to_string([&signed[..], &[("mac", &mac)]].concat())?;
    IncomingMessage::from_urlencoded_bytes(&body, &job.secret)?;
    Ok(body)
}
