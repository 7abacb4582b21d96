//! Ids that an entry names more than once: the stored form has each in full once.
//!
//! The facts of a turn name the same signal, person and handoff over and over, in ten random bytes
//! that no compression makes shorter. Where an id stands again it is written as a reference of one
//! byte: a simple value of CBOR, which is the id's place among the different ids of the entry.

use std::borrow::Cow;

use crate::id::ID_BYTES;

/// How many ids of an entry can be referred to: simple values from 20 on have a meaning of their own.
const REFERENCES_MAX: usize = 20;
/// The head of a simple value, and those of byte strings and texts.
const SIMPLE: u8 = 0xe0;
const BYTES: u8 = 0x40;
const TEXT: u8 = 0x60;
/// The head of a byte string as long as an id.
const ID: u8 = BYTES | ID_BYTES as u8;

/// What stands at a place of the bytes, and how long it is without what it contains.
enum Item {
    Id([u8; ID_BYTES]),
    Reference(usize),
    Other,
}

/// The different ids so far, in the order of their first places.
#[derive(Default)]
struct Seen {
    ids: [[u8; ID_BYTES]; REFERENCES_MAX],
    many: usize,
}

impl Seen {
    fn place_of(&self, id: &[u8; ID_BYTES]) -> Option<usize> {
        self.ids[..self.many].iter().position(|seen| seen == id)
    }

    fn at(&self, place: usize) -> Option<&[u8; ID_BYTES]> {
        self.ids[..self.many].get(place)
    }

    fn add(&mut self, id: [u8; ID_BYTES]) {
        if self.many < REFERENCES_MAX {
            self.ids[self.many] = id;
            self.many += 1;
        }
    }
}

/// How long an item is by its head alone, where that says it: a number, the head of a list or map, a byte
/// string or text of fewer than 24 bytes. 0 for all others, and for ids.
const LENGTHS: [u8; 256] = lengths();

const fn lengths() -> [u8; 256] {
    let mut lengths = [0; 256];
    let mut head = 0;
    while head < 256 {
        let argument = (head & 0x1f) as u8;
        if argument < 24 {
            let is_text = head & 0xe0 == BYTES as usize || head & 0xe0 == TEXT as usize;
            lengths[head] = if is_text { 1 + argument } else { 1 };
        }
        head += 1;
    }
    lengths[ID as usize] = 0;
    lengths
}

/// Where the next item is that may be an id or a reference, or whose length stands behind its head.
fn skip_short(bytes: &[u8], mut at: usize, end_of_short: u8) -> usize {
    while let Some(head) = bytes.get(at)
        && *head < end_of_short
    {
        let length = usize::from(LENGTHS[usize::from(*head)]);
        if length == 0 || at + length > bytes.len() {
            break;
        }
        at += length;
    }
    at
}

/// Puts a reference in place of each id that stood before in the CBOR that begins at a place. What is no
/// CBOR stays as it is.
pub(super) fn shorten(bytes: &mut Vec<u8>, begins: usize) {
    let mut seen = Seen::default();
    // What was read up to `at` is written up to `end`, but for what stands from `pending` on.
    let (mut at, mut pending, mut end) = (begins, begins, begins);
    loop {
        at = skip_short(bytes, at, u8::MAX);
        let Some((item, length)) = item_at(bytes, at) else { break };
        if let Item::Id(id) = item {
            if let Some(place) = seen.place_of(&id) {
                bytes.copy_within(pending..at, end);
                end += at - pending;
                bytes[end] = SIMPLE | place as u8;
                end += 1;
                pending = at + length;
            } else {
                seen.add(id);
            }
        }
        at += length;
    }
    bytes.copy_within(pending.., end);
    bytes.truncate(end + bytes.len() - pending);
}

/// CBOR with each id in full. `None` where a reference leads nowhere; what is no CBOR comes back as it
/// is.
pub(super) fn restore(short: &[u8]) -> Option<Cow<'_, [u8]>> {
    let mut seen = Seen::default();
    let (mut at, mut written) = (0, 0);
    let mut full = Vec::new();
    loop {
        at = skip_short(short, at, SIMPLE);
        let Some((item, length)) = item_at(short, at) else { break };
        match item {
            Item::Id(id) if seen.place_of(&id).is_none() => seen.add(id),
            Item::Id(_) | Item::Other => {}
            Item::Reference(place) => {
                let id = seen.at(place)?;
                if full.is_empty() {
                    // Most entries have fewer references.
                    full.reserve(short.len() + 8 * ID_BYTES);
                }
                full.extend_from_slice(&short[written..at]);
                full.push(ID);
                full.extend_from_slice(id);
                written = at + length;
            }
        }
        at += length;
    }
    if written == 0 {
        return Some(Cow::Borrowed(short));
    }
    full.extend_from_slice(&short[written..]);
    Some(Cow::Owned(full))
}

/// The item whose head is at this place; `None` at the end, and where the bytes are no CBOR of
/// definite lengths.
fn item_at(bytes: &[u8], at: usize) -> Option<(Item, usize)> {
    let rest = bytes.get(at..)?;
    let head = *rest.first()?;
    if head == ID {
        let id = rest.get(1..)?.first_chunk()?;
        return Some((Item::Id(*id), 1 + ID_BYTES));
    }
    if (SIMPLE..SIMPLE + REFERENCES_MAX as u8).contains(&head) {
        return Some((Item::Reference((head - SIMPLE).into()), 1));
    }
    let wide = match head & 0x1f {
        0..=23 => 0,
        24 => 1,
        25 => 2,
        26 => 4,
        27 => 8,
        _ => return None,
    };
    let argument = rest.get(1..=wide)?;
    let length = match head & 0xe0 {
        BYTES | TEXT if wide == 0 => (head & 0x1f).into(),
        BYTES | TEXT => argument
            .iter()
            .try_fold(0_usize, |sum, byte| sum.checked_mul(256)?.checked_add((*byte).into()))?,
        _ => 0,
    };
    let whole = length.checked_add(1 + wide)?;
    (whole <= rest.len()).then_some((Item::Other, whole))
}

#[cfg(test)]
mod tests;
