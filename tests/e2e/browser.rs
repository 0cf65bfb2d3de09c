//! A headless Chromium that opens a page, lets a script act on it and tells what it saw.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Longest time for one page.
const PATIENCE: Duration = Duration::from_secs(180);

/// A Chromium on this machine.
pub struct Browser {
    program: PathBuf,
}

/// What happened in the browser.
#[derive(Debug)]
pub struct Seen {
    /// What the steps returned.
    pub answer: serde_json::Value,
    /// Lines of the console.
    pub console: Vec<String>,
    /// First lines of the requests that reached the network, without those that the browser makes
    /// for itself.
    pub requests: Vec<String>,
    /// From the start of the browser to its end.
    pub took: Duration,
}

impl Browser {
    /// A Chromium of the search path. Without one the tests that need it pass and say so, unless
    /// `REQUIRE_BROWSER` is set.
    pub fn find() -> Option<Self> {
        let paths = std::env::var_os("PATH").unwrap_or_default();
        let program = std::env::split_paths(&paths).find_map(|folder| {
            ["chromium", "chromium-browser", "google-chrome"]
                .iter()
                .map(|name| folder.join(name))
                .find(|program| program.is_file())
        });
        if program.is_none() {
            assert!(
                std::env::var_os("REQUIRE_BROWSER").is_none(),
                "no Chromium in the search path"
            );
            eprintln!("not tested: there is no Chromium in the search path");
        }
        Some(Self { program: program? })
    }

    /// Opens a page in a frame and runs `steps`, the body of an async function of `page` (its
    /// document), `view` (its window), `frame` and `wait` (milliseconds).
    pub fn open(&self, name: &str, page: &[u8], flags: &[&str], steps: &str) -> Seen {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("browser-{name}"));
        if folder.exists() {
            std::fs::remove_dir_all(&folder).unwrap();
        }
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("report.html"), page).unwrap();
        let harness = include_str!("harness.html").replace("/* steps */", steps);
        std::fs::write(folder.join("harness.html"), harness).unwrap();
        let network = Network::listen();
        let start = Instant::now();
        let mut child = Command::new(&self.program)
            .args(["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run"])
            .args(["--disable-background-networking", "--disable-component-update"])
            .args(["--disable-sync", "--disable-dev-shm-usage", "--allow-file-access-from-files"])
            .args(["--enable-logging=stderr", "--window-size=1280,1000", "--dump-dom"])
            .args(["--virtual-time-budget=60000", "--proxy-bypass-list=<-loopback>"])
            .arg(format!("--proxy-server=http://127.0.0.1:{}", network.port))
            .arg(format!("--user-data-dir={}", folder.join("profile").display()))
            .args(flags)
            .arg(format!("file://{}", folder.join("harness.html").display()))
            .stdin(Stdio::null())
            .stdout(std::fs::File::create(folder.join("dom.html")).unwrap())
            .stderr(std::fs::File::create(folder.join("log.txt")).unwrap())
            .spawn()
            .unwrap();
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            if start.elapsed() > PATIENCE {
                child.kill().unwrap();
                child.wait().unwrap();
                panic!("the browser did not end; see {}", folder.display());
            }
            std::thread::sleep(Duration::from_millis(50));
        };
        let took = start.elapsed();
        let log = std::fs::read(folder.join("log.txt")).unwrap();
        let log = String::from_utf8_lossy(&log);
        assert!(status.success(), "{log}");
        let dom = std::fs::read_to_string(folder.join("dom.html")).unwrap();
        let answer = dom
            .split_once("<pre id=\"answer\">")
            .and_then(|(_, rest)| rest.split_once("</pre>"))
            .unwrap_or_else(|| panic!("no answer in {}", folder.display()))
            .0;
        Seen {
            answer: serde_json::from_str(answer).unwrap_or_else(|_| panic!("answer: {answer:?}")),
            console: log.lines().filter(|line| line.contains("CONSOLE")).map(Into::into).collect(),
            requests: network.end().into_iter().filter(|line| !is_own(line)).collect(),
            took,
        }
    }
}

/// Whether the browser asks for itself: for the time, for accounts, for a start page.
fn is_own(request: &str) -> bool {
    let target = request.split(' ').nth(1).unwrap_or_default();
    let host = target.trim_start_matches("http://").split(['/', ':']).next().unwrap_or_default();
    ["google.com", "googleapis.com", "gvt1.com"]
        .iter()
        .any(|own| host == *own || host.ends_with(&format!(".{own}")))
}

/// A proxy that leads nowhere and remembers what was asked of it.
struct Network {
    port: u16,
    ended: Arc<AtomicBool>,
    lines: Arc<Mutex<Vec<String>>>,
    thread: std::thread::JoinHandle<()>,
}

impl Network {
    fn listen() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let ended = Arc::new(AtomicBool::new(false));
        let lines = Arc::new(Mutex::new(Vec::new()));
        let (stop, seen) = (Arc::clone(&ended), Arc::clone(&lines));
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stop.load(Ordering::SeqCst) {
                    break;
                }
                let Ok(stream) = stream else { continue };
                let mut line = String::new();
                if stream.set_read_timeout(Some(Duration::from_secs(2))).is_ok()
                    && BufReader::new(stream).read_line(&mut line).is_ok_and(|read| read > 0)
                {
                    seen.lock().unwrap().push(line.trim().to_owned());
                }
            }
        });
        Self { port, ended, lines, thread }
    }

    fn end(self) -> Vec<String> {
        self.ended.store(true, Ordering::SeqCst);
        drop(std::net::TcpStream::connect(("127.0.0.1", self.port)));
        self.thread.join().unwrap();
        let lines = self.lines.lock().unwrap();
        lines.clone()
    }
}
