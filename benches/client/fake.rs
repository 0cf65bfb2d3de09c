//! A service that answers each request after the same time, and counts them.

use std::collections::HashSet;
use std::convert::Infallible;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::time::Instant;

use crate::world::Lists;

/// What was asked for since the start or the last reset.
#[derive(Default)]
struct Seen {
    requests: usize,
    repeated: usize,
    under_way: usize,
    most_at_once: usize,
    lines: HashSet<String>,
}

struct Service {
    lists: Lists,
    latency: Duration,
    seen: Mutex<Seen>,
}

/// Serves until the process is ended; says where on the first line of the output.
pub fn serve(lists: Lists, latency: Duration) {
    let service = Arc::new(Service { lists, latency, seen: Mutex::default() });
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime starts");
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        println!("http://{}", listener.local_addr().expect("an address"));
        loop {
            let (stream, _) = listener.accept().await.expect("a connection");
            stream.set_nodelay(true).expect("a socket");
            let service = Arc::clone(&service);
            tokio::spawn(async move {
                let answer = service_fn(move |request| answer(Arc::clone(&service), request));
                // A client that goes away is no matter.
                drop(
                    hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), answer)
                        .await,
                );
            });
        }
    });
}

async fn answer(
    service: Arc<Service>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let due = Instant::now() + service.latency;
    let uri = request.uri();
    if uri.path() == "/seen" {
        let seen = std::mem::take(&mut *service.seen.lock().expect("no panic"));
        let text = format!("{} {} {}", seen.requests, seen.repeated, seen.most_at_once);
        return Ok(Response::new(Full::from(text)));
    }
    {
        let mut seen = service.seen.lock().expect("no panic");
        seen.requests += 1;
        seen.under_way += 1;
        seen.most_at_once = seen.most_at_once.max(seen.under_way);
        let new = seen.lines.insert(uri.to_string());
        seen.repeated += usize::from(!new);
    }
    let parameter = |name: &str| -> usize {
        let pairs = uri.query().unwrap_or("").split('&').filter_map(|pair| pair.split_once('='));
        pairs.filter(|(key, _)| *key == name).find_map(|(_, value)| value.parse().ok()).unwrap_or(0)
    };
    let empty = Vec::new();
    let rows = service.lists.get(uri.path()).unwrap_or(&empty);
    let from = parameter("skip").min(rows.len());
    let to = (from + parameter("limit").clamp(1, 100)).min(rows.len());
    let list = rows[from..to].join(",");
    let total = rows.len();
    let body = if uri.path().starts_with("/api/v2/") {
        format!("[{list}]")
    } else {
        format!("{{\"totalCount\":{total},\"results\":[{list}]}}")
    };
    if !service.latency.is_zero() {
        tokio::time::sleep_until(due).await;
    }
    service.seen.lock().expect("no panic").under_way -= 1;
    let answer = Response::builder()
        .header("content-type", "application/json")
        .header("x-total-count", total)
        .body(Full::from(body));
    Ok(answer.expect("a good answer"))
}

/// A service in a process of its own, ended with this value.
pub struct Fake {
    child: Child,
    pub url: String,
}

/// What a service saw.
pub struct Count {
    pub requests: usize,
    /// Requests for what had been asked for already.
    pub repeated: usize,
    pub most_at_once: usize,
}

impl Fake {
    pub fn start(kind: &str, devices: usize, latency: Duration) -> Self {
        let program = std::env::current_exe().expect("this program has a path");
        let mut child = Command::new(program)
            .args(["serve", kind, &devices.to_string(), &latency.as_millis().to_string()])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the service starts");
        let output = child.stdout.take().expect("its output is piped");
        let mut url = String::new();
        BufReader::new(output).read_line(&mut url).expect("it says where it is");
        Self { child, url: url.trim().to_owned() }
    }

    /// What was asked for since the last look.
    pub async fn seen(&self) -> Count {
        let text = reqwest::get(format!("{}/seen", self.url)).await.expect("it answers");
        let text = text.text().await.expect("a text");
        let mut numbers = text.split(' ').map(crate::number);
        let mut next = || numbers.next().expect("three numbers");
        Count { requests: next(), repeated: next(), most_at_once: next() }
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.child.kill().expect("the service was running");
        self.child.wait().expect("it ends");
    }
}
