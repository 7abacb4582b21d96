//! The journal of a run in memory, as bytes: the clear part of an entry as a data folder has it, and
//! beside it, in plain, what is sealed there. A history has millions of entries, and few of them are
//! read again.

#[cfg(test)]
mod tests;

use std::convert::Infallible;

use domain::Moment;
use domain::fact::{BodyMac, Entry};
use domain::signal::Content;
use minicbor::decode::Error as DecodeError;
use minicbor::encode::Error as EncodeError;
use minicbor::{Decoder, Encoder};

use crate::sealed;

/// Bytes of a block. An entry lies in one block; a longer one has a block to itself.
const BLOCK_BYTES: usize = 256 << 10;

/// Whether an entry is wanted with what is sealed in a data folder.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Parts {
    /// The clear parts of its facts alone.
    Clear,
    /// Those that are sealed in a data folder, too.
    All,
}

/// An entry that is to be written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    pub(super) entry: &'a Entry,
    /// The position of the entry of the same aggregate before; 0 for the first.
    pub(super) prev: u64,
    /// What is kept of the bodies that its facts queue, by their places.
    pub(super) macs: &'a [(usize, BodyMac)],
    /// What the signal says whose arrival its first fact is, where the fact has it not.
    pub(super) content: Option<&'a Content>,
}

/// Entries by position, from 1 on.
#[derive(Debug, Default)]
pub(super) struct Journal {
    blocks: Vec<Vec<u8>>,
    /// Where each entry lies.
    places: Vec<Place>,
    /// Where the journal ended when the group began.
    before: End,
    /// Where entries lay that the open group took parts out of, by their index.
    replaced: Vec<(usize, Place)>,
    /// The entry that is being written, and a part of it.
    record: Vec<u8>,
    part: Vec<u8>,
}

/// Where the bytes of an entry begin.
#[derive(Clone, Copy, Debug)]
struct Place {
    block: u32,
    at: u32,
}

/// Where the journal ends.
#[derive(Clone, Copy, Debug, Default)]
struct End {
    entries: usize,
    blocks: usize,
    /// Bytes of the last block.
    bytes: usize,
}

impl Journal {
    /// How many entries there are: the position of the last one.
    pub(super) const fn len(&self) -> u64 {
        self.places.len() as u64
    }

    /// Writes an entry behind the others; its position.
    pub(super) fn push(&mut self, line: &Line<'_>) -> u64 {
        let place = self.write(line);
        self.places.push(place);
        self.len()
    }

    /// An entry; none where there is none at the position.
    pub(super) fn entry(&self, position: u64, parts: Parts) -> Option<Entry> {
        let mut d = self.decoder(position)?;
        let (_prev, entry) = read(&mut d, parts).expect("what was written is read");
        Some(entry)
    }

    /// The position of the entry of the same aggregate before; none for the first.
    pub(super) fn prev(&self, position: u64) -> Option<u64> {
        let prev = self.decoder(position)?.u64().expect("what was written is read");
        (prev > 0).then_some(prev)
    }

    /// When an entry was written.
    pub(super) fn moment(&self, position: u64) -> Option<Moment> {
        let mut d = self.decoder(position)?;
        let clear = d.skip().and_then(|()| d.bytes()).expect("what was written is read");
        Some(Entry::read_moment(clear).expect("what was written is read"))
    }

    /// Takes what is sealed in a data folder out of some facts of an entry, by their places.
    pub(super) fn strip(&mut self, position: u64, facts: &[usize]) {
        let Some(mut d) = self.decoder(position) else { return };
        let (prev, mut entry) = read(&mut d, Parts::All).expect("what was written is read");
        for fact in facts {
            sealed::strip(&mut entry.facts[*fact]);
        }
        let place = self.write(&Line { entry: &entry, prev, macs: &[], content: None });
        let index = position as usize - 1;
        let before = std::mem::replace(&mut self.places[index], place);
        self.replaced.push((index, before));
    }

    /// A group begins.
    pub(super) fn begin(&mut self) {
        self.before = End {
            entries: self.places.len(),
            blocks: self.blocks.len(),
            bytes: self.blocks.last().map_or(0, Vec::len),
        };
    }

    /// The group is there: what it took out of entries is nowhere any more.
    pub(super) fn commit(&mut self) {
        while let Some((_, place)) = self.replaced.pop() {
            let mut d = self.decoder_at(place);
            read(&mut d, Parts::All).expect("what was written is read");
            let length = d.position();
            let (block, at) = (place.block as usize, place.at as usize);
            self.blocks[block][at..at + length].fill(0);
        }
    }

    /// The group never was.
    pub(super) fn roll_back(&mut self) {
        while let Some((index, place)) = self.replaced.pop() {
            self.places[index] = place;
        }
        let End { entries, blocks, bytes } = self.before;
        self.places.truncate(entries);
        self.blocks.truncate(blocks);
        if let Some(last) = self.blocks.last_mut() {
            last.truncate(bytes);
        }
    }

    fn decoder(&self, position: u64) -> Option<Decoder<'_>> {
        let index = usize::try_from(position.checked_sub(1)?).ok()?;
        Some(self.decoder_at(*self.places.get(index)?))
    }

    fn decoder_at(&self, place: Place) -> Decoder<'_> {
        Decoder::new(&self.blocks[place.block as usize][place.at as usize..])
    }

    fn write(&mut self, line: &Line<'_>) -> Place {
        self.record.clear();
        let written = write(line, &mut self.record, &mut self.part);
        written.expect("a vector takes all that is written");
        let fits = |block: &Vec<u8>| block.len() + self.record.len() <= block.capacity();
        if !self.blocks.last().is_some_and(fits) {
            self.blocks.push(Vec::with_capacity(BLOCK_BYTES.max(self.record.len())));
        }
        let number = self.blocks.len() - 1;
        let block = &mut self.blocks[number];
        let at = block.len();
        block.extend_from_slice(&self.record);
        Place { block: number as u32, at: at as u32 }
    }
}

/// Where it comes from stands first: a chain is walked by that alone.
fn write(
    line: &Line<'_>,
    into: &mut Vec<u8>,
    part: &mut Vec<u8>,
) -> Result<(), EncodeError<Infallible>> {
    let Line { entry, prev, macs, content } = *line;
    let mut e = Encoder::new(into);
    part.clear();
    entry.write(macs, part);
    e.u64(prev)?.bytes(part)?.begin_array()?;
    if let Some(content) = content {
        part.clear();
        sealed::encode(content, part);
        e.u64(0)?.bytes(part)?;
    }
    for (place, fact) in entry.facts.iter().enumerate() {
        part.clear();
        // The body of a delivery is no part of its fact.
        if sealed::seal_owner(fact).is_some() && sealed::plain(fact, part) {
            e.u64(place as u64)?.bytes(part)?;
        }
    }
    e.end()?.ok()
}

fn read(d: &mut Decoder<'_>, parts: Parts) -> Result<(u64, Entry), DecodeError> {
    let prev = d.u64()?;
    let mut entry = Entry::read(d.bytes()?).map_err(DecodeError::custom)?;
    if parts == Parts::Clear {
        return Ok((prev, entry));
    }
    d.array()?;
    while d.datatype()? != minicbor::data::Type::Break {
        let place = d.u64()? as usize;
        let fact = entry.facts.get_mut(place).ok_or_else(DecodeError::end_of_input)?;
        sealed::restore(fact, d.bytes()?)?;
    }
    d.skip()?;
    Ok((prev, entry))
}
