//! Short strings without an allocation.

/// A string of at most 40 ASCII characters.
pub(super) struct ShortString {
    bytes: [u8; 40],
    length: usize,
}

impl ShortString {
    pub(super) fn new() -> Self {
        Self { bytes: [0; 40], length: 0 }
    }

    /// Appends an ASCII character, if it fits.
    pub(super) fn push(&mut self, byte: u8) {
        if let Some(place) = self.bytes.get_mut(self.length) {
            *place = byte;
            self.length += 1;
        }
    }

    pub(super) fn reverse(&mut self) {
        self.bytes[..self.length].reverse();
    }

    /// Appends the last `digits` digits of a number, with leading zeros, if they fit.
    pub(super) fn push_number(&mut self, mut number: u64, digits: usize) {
        let end = self.length + digits;
        let Some(places) = self.bytes.get_mut(self.length..end) else { return };
        for place in places.iter_mut().rev() {
            *place = b'0' + (number % 10) as u8;
            number /= 10;
        }
        self.length = end;
    }

    pub(super) fn as_str(&self) -> &str {
        // All bytes are ASCII.
        std::str::from_utf8(&self.bytes[..self.length]).unwrap_or_default()
    }
}
