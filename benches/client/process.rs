//! What this process has used so far, as Linux tells it.

use std::fs;

/// Clock ticks a second in `/proc`, fixed by the kernel's interface.
const TICKS: u64 = 100;

/// Processor time and memory of a process.
#[derive(Clone, Copy, Debug, Default)]
pub struct Used {
    pub user_ms: u64,
    pub system_ms: u64,
    /// Most memory at any moment.
    pub peak_kb: u64,
    pub now_kb: u64,
}

impl Used {
    /// Of this process, until now.
    pub fn now() -> Self {
        let stat = fs::read_to_string("/proc/self/stat").expect("Linux has it");
        // The name before the bracket may hold blanks.
        let (_, rest) = stat.rsplit_once(')').expect("a name in brackets");
        let field = |at: usize| rest.split_whitespace().nth(at).and_then(|text| text.parse().ok());
        let ms = |at| field(at).map_or(0, |ticks: u64| ticks * 1000 / TICKS);
        let status = fs::read_to_string("/proc/self/status").expect("Linux has it");
        let kb = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or(0)
        };
        Self { user_ms: ms(11), system_ms: ms(12), peak_kb: kb("VmHWM:"), now_kb: kb("VmRSS:") }
    }

    /// One line that [`Used::read`] understands.
    pub fn say(self) {
        println!("used {} {} {} {}", self.user_ms, self.system_ms, self.peak_kb, self.now_kb);
    }

    /// The last such line of an output.
    pub fn read(output: &str) -> Option<Self> {
        let line = output.lines().rev().find_map(|line| line.strip_prefix("used "))?;
        let mut numbers = line.split(' ').map(|text| text.parse().ok());
        let mut next = || numbers.next().flatten();
        Some(Self { user_ms: next()?, system_ms: next()?, peak_kb: next()?, now_kb: next()? })
    }

    /// Starts this program again with these words and returns what it says it used.
    pub fn of_child(words: &[&str]) -> Self {
        let program = std::env::current_exe().expect("this program has a path");
        let output = std::process::Command::new(program)
            .args(words)
            .stderr(std::process::Stdio::inherit())
            .output()
            .expect("it starts");
        let text = String::from_utf8_lossy(&output.stdout);
        Self::read(&text).unwrap_or_else(|| panic!("no figures of {words:?}"))
    }
}
