//! A gzip stream that is small on the wire and large in memory.

use bytes::Bytes;

/// The longest run that one deflate code stands for.
const RUN: usize = 258;

/// Runs to one piece of output: about 13 KB on the wire, 2 MiB inflated.
const RUNS_PER_PIECE: usize = 8_192;

/// Yields `[` and then white space, deflated with the fixed Huffman code.
#[derive(Debug)]
pub(super) struct Bomb {
    runs_left: usize,
    bits: u32,
    filled: u32,
    started: bool,
    ended: bool,
}

impl Bomb {
    pub(super) fn new(inflated_bytes: usize) -> Self {
        let runs_left = inflated_bytes.div_ceil(RUN);
        Self { runs_left, bits: 0, filled: 0, started: false, ended: false }
    }

    /// The next piece of the stream.
    pub(super) fn piece(&mut self) -> Option<Bytes> {
        if self.ended {
            return None;
        }
        let mut out = Vec::new();
        if !self.started {
            self.started = true;
            out.extend_from_slice(&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
            self.push(&mut out, &[1, 1, 0]);
            self.code(&mut out, 0x30_u32.saturating_add(u32::from(b'[')), 8);
            self.code(&mut out, 0x30_u32.saturating_add(u32::from(b' ')), 8);
        }
        let runs = self.runs_left.min(RUNS_PER_PIECE);
        for _ in 0..runs {
            // Length 258, then distance 1.
            self.code(&mut out, 0xc5, 8);
            self.code(&mut out, 0, 5);
        }
        self.runs_left = self.runs_left.saturating_sub(runs);
        if self.runs_left == 0 {
            self.ended = true;
            self.code(&mut out, 0, 7);
            self.push(&mut out, &[0; 7]);
            out.extend_from_slice(&[0; 8]);
        }
        Some(Bytes::from(out))
    }

    /// A Huffman code: its highest bit goes first.
    fn code(&mut self, out: &mut Vec<u8>, code: u32, length: u32) {
        for place in (0..length).rev() {
            self.push(out, &[(code >> place) & 1]);
        }
    }

    fn push(&mut self, out: &mut Vec<u8>, bits: &[u32]) {
        for bit in bits {
            self.bits |= bit << self.filled;
            self.filled = self.filled.saturating_add(1);
            if self.filled == 8 {
                out.push(u8::try_from(self.bits & 0xff).unwrap_or(0));
                self.bits = 0;
                self.filled = 0;
            }
        }
    }
}
