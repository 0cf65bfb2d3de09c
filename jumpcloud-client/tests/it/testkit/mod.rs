//! The fake JumpCloud against the contract checklist of the fact sheet.

#![expect(clippy::arithmetic_side_effects, reason = "small numbers in tests")]

mod access;
mod demo_company;
mod events;
mod faults;
mod lists;

use std::time::Duration;

use jumpcloud_client::testkit::{
    DEMO_KEY, DeviceSpec, FakeJumpCloud, Fault, Faults, Organization, RateLimit, RetryAfter,
    UserSpec, ViolationKind,
};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    bytes: Vec<u8>,
}

impl Reply {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).expect("a JSON body")
    }

    fn total(&self) -> Option<u64> {
        self.header("x-total-count").and_then(|text| text.parse().ok())
    }

    fn names(&self, field: &str) -> Vec<String> {
        let body = self.json();
        let rows = body.get("results").unwrap_or(&body).as_array().expect("rows").clone();
        rows.iter().map(|row| row[field].as_str().unwrap_or("null").to_owned()).collect()
    }
}

/// Speaks HTTP/1.1 over a plain socket: no redirects, no decompression, any method.
async fn raw(fake: &FakeJumpCloud, method: &str, target: &str, headers: &str, body: &str) -> Reply {
    try_raw(fake, method, target, headers, body).await.expect("an answer")
}

async fn try_raw(
    fake: &FakeJumpCloud,
    method: &str,
    target: &str,
    headers: &str,
    body: &str,
) -> std::io::Result<Reply> {
    let mut stream = tokio::net::TcpStream::connect(fake.address()).await?;
    let request = format!(
        "{method} {target} HTTP/1.1\r\nhost: fake\r\nconnection: close\r\n{headers}\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await?;
    let Some(split) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Err(std::io::Error::other("no answer"));
    };
    let head = String::from_utf8(bytes[..split].to_vec()).expect("ASCII headers");
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let mut bytes = bytes[split + 4..].to_vec();
    if headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked") {
        bytes = unchunked(&bytes)?;
    }
    let declared = headers.iter().find(|(name, _)| name == "content-length");
    if let Some((_, length)) = declared
        && bytes.len() != length.parse::<usize>().unwrap()
    {
        return Err(std::io::Error::other("wrong length"));
    }
    Ok(Reply { status, headers, bytes })
}

fn unchunked(mut bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let broken = || std::io::Error::other("chunks cut off");
    let mut out = Vec::new();
    loop {
        let line = bytes.windows(2).position(|two| two == b"\r\n").ok_or_else(broken)?;
        let size = usize::from_str_radix(std::str::from_utf8(&bytes[..line]).unwrap(), 16).unwrap();
        if size == 0 {
            return Ok(out);
        }
        let start = line + 2;
        out.extend_from_slice(bytes.get(start..start + size).ok_or_else(broken)?);
        bytes = bytes.get(start + size + 2..).ok_or_else(broken)?;
    }
}

fn key(key: &str) -> String {
    format!("x-api-key: {key}\r\n")
}

async fn get(fake: &FakeJumpCloud, target: &str) -> Reply {
    raw(fake, "GET", target, &key(DEMO_KEY), "").await
}

async fn post(fake: &FakeJumpCloud, target: &str, body: &Value) -> Reply {
    raw(fake, "POST", target, &key(DEMO_KEY), &body.to_string()).await
}

fn devices(count: usize) -> Organization {
    let mut org = Organization::new("Umbrellas & Sons");
    for number in 0..count {
        org.device(DeviceSpec::mac(&format!("mac-{number:03}")));
    }
    org
}
