//! Random numbers that are the same in every run (SplitMix64).

/// The number of random cases to try: a quarter of `all`, or all of them with `MELD_ALL_CASES` in the environment.
pub fn rounds(all: u64) -> u64 {
    if std::env::var_os("MELD_ALL_CASES").is_some() { all } else { all.div_ceil(4) }
}

pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % limit.max(1) as u64) as usize
    }

    pub fn of<'t, T>(&mut self, list: &'t [T]) -> &'t T {
        &list[self.below(list.len())]
    }

    /// Returns one of the words that are apart by commas.
    pub fn word<'t>(&mut self, words: &'t str) -> &'t str {
        let words: Vec<&'t str> = words.split(',').collect();
        words[self.below(words.len())]
    }
}
