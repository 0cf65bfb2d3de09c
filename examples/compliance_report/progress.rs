//! Progress bars on stderr.

use std::collections::BTreeMap;
use std::io::IsTerminal as _;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use jumpcloud_client::Counters;
use jumpcloud_client::collect::Progress;

/// One bar for the whole, and one line for what is being read.
#[derive(Debug)]
pub struct Bars {
    whole: Option<ProgressBar>,
    detail: Option<ProgressBar>,
    objects: BTreeMap<&'static str, (usize, usize)>,
    records: u64,
    /// Whether lines are drawn where no terminal can show bars.
    plain: bool,
}

impl Bars {
    /// Draws nothing when quiet.
    pub fn new(quiet: bool) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let mut bars = Self {
            whole: None,
            detail: None,
            objects: BTreeMap::new(),
            records: 0,
            plain: !quiet && !terminal,
        };
        if !quiet && terminal {
            let multi = MultiProgress::new();
            let whole = multi.add(ProgressBar::new(0));
            let style = "{bar:32} {pos}/{len} inputs, {elapsed}";
            whole.set_style(
                ProgressStyle::with_template(style)
                    .unwrap_or_else(|_| ProgressStyle::default_bar()),
            );
            let detail = multi.add(ProgressBar::new_spinner());
            bars.whole = Some(whole);
            bars.detail = Some(detail);
        }
        bars
    }

    /// Draws one step.
    pub fn draw(&mut self, event: Progress) {
        match event {
            Progress::Started { inputs } => {
                if let Some(whole) = &self.whole {
                    whole.set_length(u64::try_from(inputs).unwrap_or(u64::MAX));
                }
                if self.plain {
                    eprintln!("reading {inputs} inputs");
                }
            }
            Progress::Resumed { started_at } => self.say(&format!("going on from {started_at}")),
            Progress::StartedAfresh { reason } => self.say(&format!("starting anew: {reason}")),
            Progress::NotKept { input } => self.say(&format!("{input}: not kept for a resumption")),
            Progress::TakenOver { input, lists, read_at } => {
                self.say(&format!("{input}: {lists} lists as read at {read_at}"));
            }
            Progress::ReadAnew { input, reason } => self.say(&format!("{input}: anew, {reason}")),
            Progress::RawNotKept { input } => self.say(&format!("{input}: raw records not kept")),
            Progress::Page { input, records, total } => {
                self.records = self.records.saturating_add(records);
                let of = total.map_or(String::new(), |total| format!(" of {total}"));
                self.tell(&format!("{input}: {records} more{of}"));
            }
            Progress::Object { input, done, of } => {
                self.objects.insert(input, (done, of));
                self.tell(&format!("{input}: list {done} of {of}"));
            }
            Progress::InputFinished { input, state, records } => {
                if let Some(whole) = &self.whole {
                    whole.inc(1);
                    if !state.is_complete() {
                        whole.println(format!("{input}: {state:?}"));
                    }
                } else if self.plain && !state.is_complete() {
                    eprintln!("{input}: {records} records, {state:?}");
                }
            }
            _ => {}
        }
    }

    /// A line that stays.
    fn say(&self, line: &str) {
        if let Some(whole) = &self.whole {
            whole.println(line);
        } else if self.plain {
            eprintln!("{line}");
        }
    }

    fn tell(&self, line: &str) {
        if let Some(detail) = &self.detail {
            detail.set_message(line.to_owned());
            detail.tick();
        }
    }

    /// Takes the bars away and says what it cost.
    pub fn finish(&self, counters: &Counters) {
        for bar in [&self.whole, &self.detail].into_iter().flatten() {
            bar.finish_and_clear();
        }
        if self.plain || self.whole.is_some() {
            eprintln!(
                "{} requests, {} retries, {} throttles",
                counters.requests(),
                counters.retries(),
                counters.throttles()
            );
        }
    }
}
