//! A small deterministic source of numbers, so that a seed means the same thing for ever.

/// `SplitMix64`: tiny, well mixed and independent of any crate's version.
#[derive(Debug, Clone)]
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A dice for one named place, independent of the order in which places are visited.
    pub(super) fn at(seed: u64, place: &str, turn: usize) -> Self {
        // FNV-1a over the place; the turn and the seed are mixed in afterwards.
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for byte in place.bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        let turn = u64::try_from(turn).unwrap_or(u64::MAX);
        Self(hash ^ seed.rotate_left(17) ^ turn.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    pub(super) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number in `0..bound`; zero when the bound is zero.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap_or(u64::MAX);
        usize::try_from(self.roll().checked_rem(bound).unwrap_or(0)).unwrap_or(0)
    }

    /// True in `percent` of a hundred rolls.
    pub(super) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of the given values.
    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        from.get(self.below(from.len()))
    }

    /// Fisher–Yates.
    pub(super) fn shuffle<T>(&mut self, rows: &mut [T]) {
        for last in (1..rows.len()).rev() {
            let other = self.below(last.saturating_add(1));
            rows.swap(last, other);
        }
    }
}
