//! What must be equal for a row to be the same row: its cells by their names, and nothing else.
//! Line, file name, encoding and the order of columns are not part of it.

use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

use crate::csv::{Header, Row};

/// The bytes of a SHA-256.
pub(super) type Hash = [u8; 32];

/// The named columns of a header, by name.
pub(super) struct Body {
    order: Vec<(String, usize)>,
    /// Whether blanks around a cell are no part of it.
    trims: bool,
}

impl Body {
    /// Where rows have an id, it is compared trimmed, and so are all cells: a row that comes again
    /// with other blanks is the same row. Rows without one are named by their cells as they stand.
    pub(super) fn of(header: &Header, has_id: bool) -> Self {
        let named = header.names().iter().enumerate().filter(|(_, name)| !name.is_empty());
        let mut order: Vec<_> = named.map(|(at, name)| (name.clone(), at)).collect();
        order.sort();
        Self { order, trims: has_id }
    }

    /// The hash of the cells that say something; a missing last cell equals an empty one.
    pub(super) fn hash(&self, row: &Row) -> Hash {
        let mut hash = Sha256::new();
        for (name, at) in &self.order {
            let cell = row.cell(*at).unwrap_or_default();
            let trimmed = cell.trim();
            if !trimmed.is_empty() {
                part(&mut hash, name.as_bytes());
                part(&mut hash, if self.trims { trimmed } else { cell }.as_bytes());
            }
        }
        hash.finalize().into()
    }

    /// The hash of a row whose cells cannot be told.
    pub(super) fn hash_raw(&self, row: &Row) -> Hash {
        let mut hash = Sha256::new();
        for (name, _) in &self.order {
            part(&mut hash, name.as_bytes());
        }
        hash.update(row.raw());
        hash.finalize().into()
    }
}

fn part(hash: &mut Sha256, bytes: &[u8]) {
    hash.update((bytes.len() as u64).to_be_bytes());
    hash.update(bytes);
}

/// How often a body occurred in its file so far. Only files without an id need it; it takes about
/// 16 bytes a row.
#[derive(Default)]
pub(super) struct Occurrences {
    counts: FxHashMap<u64, u32>,
    before: u32,
}

impl Occurrences {
    /// Counting from `nth`.
    pub(super) fn from(nth: u32) -> Self {
        Self { before: nth.saturating_sub(1), ..Self::default() }
    }

    /// Counts one more, from 1 unless said otherwise.
    pub(super) fn next(&mut self, body: &Hash) -> u32 {
        let mut key = [0; 8];
        key.copy_from_slice(&body[..8]);
        let count = self.counts.entry(u64::from_be_bytes(key)).or_insert(self.before);
        *count = count.saturating_add(1);
        *count
    }
}

/// Which of its like a row without an id was, by the id that it got.
pub(super) fn nth_of(source_id: &str) -> Option<u32> {
    source_id.rsplit_once('-')?.1.parse().ok()
}

/// The first characters of a hash, enough to tell bodies apart.
pub(super) fn short(hash: &Hash) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = hash[..16].iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

/// The hash of a body of a kind and, without an id, of which one of its like it is.
pub(super) fn nth(kind: &str, body: &Hash, occurrence: u32) -> Hash {
    let mut hash = Sha256::new();
    part(&mut hash, kind.as_bytes());
    hash.update(body);
    hash.update(occurrence.to_be_bytes());
    hash.finalize().into()
}
