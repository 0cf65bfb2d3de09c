//! Hostile and broken answers over a real socket: each ends in a typed error, soon.

use std::error::Error as _;
use std::time::{Duration, Instant};

use jumpcloud_client::{Error, ErrorKind, Retry};
use tokio::io::AsyncWriteExt as _;

use crate::wire::{SECRET, Wire, head, json};

const ONE: &str = r#"{"totalCount":1,"results":[{"_id":"5f0c1f2a3b4c5d6e7f809102"}]}"#;

async fn fault(wire: &Wire) -> Error {
    let start = Instant::now();
    let error = wire.client().validate().await.unwrap_err();
    assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
    error
}

fn source_text(error: &Error) -> String {
    let mut text = String::new();
    let mut next = error.source();
    while let Some(source) = next {
        text.push_str(&source.to_string());
        text.push('\n');
        next = source.source();
    }
    text
}

#[tokio::test]
async fn a_good_answer_is_read() {
    let wire = Wire::sending(json("200 OK", ONE)).await;
    let connection = wire.client().validate().await.unwrap();
    assert_eq!(connection.organization(), Some("5f0c1f2a3b4c5d6e7f809102"));
    let head = wire.heads().remove(0).to_ascii_lowercase();
    assert!(head.starts_with("get /api/organizations?limit=2&skip=0 http/1.1\r\n"), "{head}");
    assert!(head.contains(&format!("x-api-key: {}\r\n", SECRET.to_ascii_lowercase())), "{head}");
    assert!(head.contains("accept-encoding: gzip\r\n"), "{head}");
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_the_key_stays_here() {
    for status in ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"] {
        let other = Wire::sending(json("200 OK", ONE)).await;
        for target in [other.base() + "/api/organizations", other.base() + "/login"] {
            let more = format!("location: {target}\r\ncontent-length: 0\r\n");
            let wire = Wire::sending(head(status, &more)).await;
            let error = fault(&wire).await;
            let login = target.ends_with("login");
            let kind = if login { ErrorKind::Unauthorized } else { ErrorKind::Contract };
            assert_eq!((error.kind(), error.attempts()), (kind, 1), "{status}");
        }
        assert_eq!(other.heads(), Vec::<String>::new(), "{status}");
    }
}

#[tokio::test]
async fn a_page_with_status_200_is_no_data() {
    let page = "<!doctype html><title>Log in</title>";
    let bytes = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {}\r\n\r\n{page}",
        page.len()
    );
    let error = fault(&Wire::sending(bytes).await).await;
    assert_eq!(error.kind(), ErrorKind::Contract);
    assert!(error.to_string().contains("a page arrived instead of data"), "{error}");
}

#[tokio::test]
async fn a_body_that_ends_early_is_a_failure_of_the_connection() {
    let bytes = head("200 OK", "content-length: 500\r\n") + &ONE[..20];
    let error = fault(&Wire::sending(bytes).await).await;
    assert_eq!(error.kind(), ErrorKind::Transport);
    assert!(error.is_retryable());
    let chunked = head("200 OK", "transfer-encoding: chunked\r\n") + "14\r\n" + &ONE[..20];
    assert_eq!(fault(&Wire::sending(chunked).await).await.kind(), ErrorKind::Transport);
}

#[tokio::test]
async fn a_length_that_is_too_short_is_broken_json() {
    let bytes = head("200 OK", "content-length: 20\r\nconnection: close\r\n") + ONE;
    let wire = Wire::sending(bytes).await;
    let client = wire.builder().retry(Retry::default().max_retries(3)).build().unwrap();
    let error = client.validate().await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Decode, 2), "one re-fetch");
}

#[tokio::test]
async fn a_reset_in_mid_body_is_repeated_and_then_reported() {
    let wire = Wire::answering(async |mut stream| {
        let bytes = head("200 OK", "content-length: 500\r\n") + &ONE[..20];
        stream.write_all(bytes.as_bytes()).await?;
        tokio::time::sleep(Duration::from_millis(50)).await;
        stream.set_zero_linger()
    })
    .await;
    let retry = Retry::default()
        .max_retries(2)
        .first_wait(Duration::from_millis(5))
        .longest_wait(Duration::from_millis(5));
    let client = wire.builder().retry(retry).build().unwrap();
    let error = client.validate().await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Transport, 3));
    assert_eq!(wire.heads().len(), 3);
}

#[tokio::test]
async fn a_server_that_never_answers_is_left() {
    let wire = Wire::answering(async |_stream| std::future::pending().await).await;
    assert_eq!(fault(&wire).await.kind(), ErrorKind::Timeout);
    let wire = Wire::answering(async |mut stream| {
        stream.write_all(head("200 OK", "content-length: 500\r\n").as_bytes()).await?;
        std::future::pending().await
    })
    .await;
    assert_eq!(fault(&wire).await.kind(), ErrorKind::Timeout);
}

#[tokio::test]
async fn a_body_fed_by_drips_is_left() {
    let wire = Wire::answering(async |mut stream| {
        stream.write_all(head("200 OK", "content-length: 5000\r\n").as_bytes()).await?;
        loop {
            stream.write_all(b" ").await?;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
    assert_eq!(fault(&wire).await.kind(), ErrorKind::Timeout);
}

#[tokio::test]
async fn endless_headers_are_cut_off() {
    let wire = Wire::answering(async |mut stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\n").await?;
        let line = format!("x-filler: {}\r\n", "x".repeat(4000));
        loop {
            stream.write_all(line.as_bytes()).await?;
        }
    })
    .await;
    assert_eq!(fault(&wire).await.kind(), ErrorKind::Transport);
}

#[tokio::test]
async fn a_body_over_the_cap_is_not_read_to_its_end() {
    let announced = Wire::sending(head("200 OK", "content-length: 99999999999\r\n")).await;
    let endless = Wire::answering(async |mut stream| {
        stream.write_all(head("200 OK", "transfer-encoding: chunked\r\n").as_bytes()).await?;
        let chunk = format!("1000\r\n{}\r\n", " ".repeat(4096));
        loop {
            stream.write_all(chunk.as_bytes()).await?;
        }
    })
    .await;
    for wire in [announced, endless] {
        let client = wire.builder().max_body_bytes(100_000).build().unwrap();
        let error = client.validate().await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Contract, 1));
        assert!(error.to_string().contains("larger than allowed"), "{error}");
        assert!(client.counters().bytes() <= 100_000);
    }
}

#[tokio::test]
async fn a_gzip_bomb_is_stopped_at_the_cap() {
    let bomb = gzip_of_zeros(500_000);
    assert!(bomb.len() < 1_000_000, "it is small on the wire: {}", bomb.len());
    let more = format!("content-encoding: gzip\r\ncontent-length: {}\r\n", bomb.len());
    let mut bytes = head("200 OK", &more).into_bytes();
    bytes.extend_from_slice(&bomb);
    let wire = Wire::sending(bytes).await;
    let client = wire.builder().max_body_bytes(2_000_000).build().unwrap();
    let error = client.validate().await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Contract, 1));
    assert!(error.to_string().contains("larger than allowed"), "{error}");
}

#[tokio::test]
async fn broken_compression_is_an_error() {
    let more = "content-encoding: gzip\r\ncontent-length: 7\r\nconnection: close\r\n";
    let error = fault(&Wire::sending(head("200 OK", more) + "no gzip").await).await;
    assert_eq!(error.kind(), ErrorKind::Transport);
}

#[tokio::test]
async fn deep_nesting_neither_panics_nor_overflows() {
    let deep = "[".repeat(2_000_000) + &"]".repeat(2_000_000);
    let error = fault(&Wire::sending(json("200 OK", &deep)).await).await;
    assert_eq!(error.kind(), ErrorKind::Contract, "valid JSON, but no list of organizations");
}

#[tokio::test]
async fn what_is_no_http_is_an_error_without_the_address() {
    let wire = Wire::sending("SSH-2.0-OpenSSH_9.9\r\n").await;
    let error = fault(&wire).await;
    assert_eq!(error.kind(), ErrorKind::Transport);
    let text = format!("{error} {error:?} {}", source_text(&error));
    assert!(!text.contains("127.0.0.1") && !text.contains("limit=2"), "{text}");
}

#[tokio::test]
async fn a_token_redirect_does_not_carry_the_secret_away() {
    let other = Wire::sending(json("200 OK", r#"{"access_token":"stolen"}"#)).await;
    let more = format!("location: {}/oauth2/token\r\ncontent-length: 0\r\n", other.base());
    let wire = Wire::sending(head("307 Temporary Redirect", &more)).await;
    let account = jumpcloud_client::credentials::ServiceAccount::new("client", SECRET).unwrap();
    let client = jumpcloud_client::Client::builder()
        .base_url(wire.base())
        .service_account(account)
        .build()
        .unwrap();
    let error = client.validate().await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Credentials, 0));
    assert_eq!(other.heads(), Vec::<String>::new());
    assert!(wire.heads()[0].starts_with("POST /oauth2/token HTTP/1.1"), "{:?}", wire.heads());
    assert_eq!(wire.heads().len(), 1);
}

/// Zeros in one deflate block of fixed codes: `times` copies of 258 bytes, at 13 bits each.
fn gzip_of_zeros(times: usize) -> Vec<u8> {
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    let (mut bits, mut filled) = (0_u32, 0_u32);
    let mut put = |value: u32, length: u32| {
        bits |= value << filled;
        filled += length;
        while filled >= 8 {
            out.push(u8::try_from(bits & 0xff).unwrap());
            bits >>= 8;
            filled -= 8;
        }
    };
    let code = |value: u32, length: u32| value.reverse_bits() >> (32 - length);
    put(0b011, 3);
    put(code(0b0011_0000, 8), 8);
    for _ in 0..times {
        // Length 258 is symbol 285, which is 11000101; distance 1 is 00000.
        put(code(0b1100_0101, 8), 8);
        put(0, 5);
    }
    put(0, 7);
    put(0, 8);
    out
}
