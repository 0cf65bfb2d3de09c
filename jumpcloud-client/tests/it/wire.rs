//! A loopback server that sends exactly the bytes a test wants, right or wrong.

use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jumpcloud_client::{Client, ClientBuilder, Retry};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// Serves each connection by one function until it is dropped.
pub(crate) struct Wire {
    address: String,
    heads: Arc<Mutex<Vec<String>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Wire {
    /// Reads the head of a request and lets the function answer it.
    pub(crate) async fn answering<F, Fut>(answer: F) -> Self
    where
        F: Fn(TcpStream) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = std::io::Result<()>> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let heads = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&heads);
        let answer = Arc::new(answer);
        let task = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (seen, answer) = (Arc::clone(&seen), Arc::clone(&answer));
                tokio::spawn(async move {
                    let head = read_head(&mut stream).await;
                    seen.lock().unwrap().push(head);
                    // A client that has heard enough hangs up, and the write fails.
                    answer(stream).await.unwrap_or_default();
                });
            }
        });
        Self { address, heads, task }
    }

    /// Answers every request with the same bytes and closes.
    pub(crate) async fn sending(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = Arc::new(bytes.into());
        Self::answering(move |mut stream| {
            let bytes = Arc::clone(&bytes);
            async move {
                stream.write_all(&bytes).await?;
                stream.shutdown().await
            }
        })
        .await
    }

    pub(crate) fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The heads of the requests so far.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }

    /// A client that tries once and gives up soon.
    pub(crate) fn builder(&self) -> ClientBuilder {
        Client::builder()
            .base_url(self.base())
            .api_key(SECRET)
            .retry(Retry::none())
            .read_timeout(Duration::from_millis(700))
            .attempt_timeout(Duration::from_secs(2))
    }

    pub(crate) fn client(&self) -> Client {
        self.builder().build().unwrap()
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.task.abort();
    }
}

pub(crate) const SECRET: &str = "jca_PLANTEDplantedPLANTED0123456789";

async fn read_head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let mut buffer = [0_u8; 1024];
    while !head.windows(4).any(|part| part == b"\r\n\r\n") {
        match stream.read(&mut buffer).await {
            Ok(n) if n > 0 => head.extend_from_slice(&buffer[..n]),
            _ => break,
        }
    }
    String::from_utf8_lossy(&head).into_owned()
}

/// The head of a JSON answer with some more header lines.
pub(crate) fn head(status: &str, more: &str) -> String {
    format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\n{more}\r\n")
}

/// A whole JSON answer.
pub(crate) fn json(status: &str, body: &str) -> String {
    head(status, &format!("content-length: {}\r\nconnection: close\r\n", body.len())) + body
}
