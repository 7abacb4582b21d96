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
use rustc_hash::FxHashMap;

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
    blocks: Vec<Block>,
    /// How many entries there are.
    entries: usize,
    /// Where entries lie that something was taken out of, by their index.
    moved: FxHashMap<usize, Place>,
    /// Where the journal ended when the group began.
    before: End,
    /// Where entries lay that the open group took parts out of, by their index.
    replaced: Vec<(usize, Place)>,
    /// The entry that is being written, and a part of it.
    record: Vec<u8>,
    part: Vec<u8>,
}

/// Entries side by side, and what was written anew of older ones.
#[derive(Debug)]
struct Block {
    bytes: Vec<u8>,
    /// The index of its first entry.
    first: usize,
    /// Where its entries begin, in the order of their positions.
    starts: Vec<u32>,
}

/// Where the bytes of an entry begin.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Place {
    block: usize,
    at: usize,
}

/// Where the journal ends.
#[derive(Clone, Copy, Debug, Default)]
struct End {
    entries: usize,
    blocks: usize,
    /// Bytes and entries of the last block.
    bytes: usize,
    starts: usize,
}

impl Journal {
    /// How many entries there are: the position of the last one.
    pub(super) const fn len(&self) -> u64 {
        self.entries as u64
    }

    /// Writes an entry behind the others; its position.
    pub(super) fn push(&mut self, line: &Line<'_>) -> u64 {
        let Place { block, at } = self.write(line);
        self.blocks[block].starts.push(at as u32);
        self.entries += 1;
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
        let Some((index, before)) = self.place(position) else { return };
        let mut d = self.decoder_at(before);
        let (prev, mut entry) = read(&mut d, Parts::All).expect("what was written is read");
        for fact in facts {
            sealed::strip(&mut entry.facts[*fact]);
        }
        let place = self.write(&Line { entry: &entry, prev, macs: &[], content: None });
        self.moved.insert(index, place);
        self.replaced.push((index, before));
    }

    /// A group begins.
    pub(super) fn begin(&mut self) {
        let last = self.blocks.last();
        self.before = End {
            entries: self.entries,
            blocks: self.blocks.len(),
            bytes: last.map_or(0, |last| last.bytes.len()),
            starts: last.map_or(0, |last| last.starts.len()),
        };
    }

    /// The group is there: what it took out of entries is nowhere any more.
    pub(super) fn commit(&mut self) {
        while let Some((_, place)) = self.replaced.pop() {
            let mut d = self.decoder_at(place);
            read(&mut d, Parts::All).expect("what was written is read");
            let length = d.position();
            let Place { block, at } = place;
            self.blocks[block].bytes[at..at + length].fill(0);
        }
    }

    /// The group never was.
    pub(super) fn roll_back(&mut self) {
        let End { entries, blocks, bytes, starts } = self.before;
        while let Some((index, place)) = self.replaced.pop() {
            if index < entries && self.written_at(index) != Some(place) {
                self.moved.insert(index, place);
            } else {
                self.moved.remove(&index);
            }
        }
        self.entries = entries;
        self.blocks.truncate(blocks);
        if let Some(last) = self.blocks.last_mut() {
            last.bytes.truncate(bytes);
            last.starts.truncate(starts);
        }
    }

    fn decoder(&self, position: u64) -> Option<Decoder<'_>> {
        self.place(position).map(|(_, place)| self.decoder_at(place))
    }

    fn decoder_at(&self, place: Place) -> Decoder<'_> {
        Decoder::new(&self.blocks[place.block].bytes[place.at..])
    }

    /// The index of an entry, and where it lies.
    fn place(&self, position: u64) -> Option<(usize, Place)> {
        let index = usize::try_from(position.checked_sub(1)?).ok()?;
        let place = self.moved.get(&index).copied().or_else(|| self.written_at(index))?;
        Some((index, place))
    }

    /// Where an entry was written first.
    fn written_at(&self, index: usize) -> Option<Place> {
        let block = self.blocks.partition_point(|block| block.first <= index).checked_sub(1)?;
        let Block { first, starts, .. } = &self.blocks[block];
        starts.get(index - first).map(|at| Place { block, at: *at as usize })
    }

    fn write(&mut self, line: &Line<'_>) -> Place {
        self.record.clear();
        let written = write(line, &mut self.record, &mut self.part);
        written.expect("a vector takes all that is written");
        let fits =
            |Block { bytes, .. }: &Block| bytes.len() + self.record.len() <= bytes.capacity();
        if !self.blocks.last().is_some_and(fits) {
            self.open_block();
        }
        let block = self.blocks.len() - 1;
        let bytes = &mut self.blocks[block].bytes;
        let at = bytes.len();
        bytes.extend_from_slice(&self.record);
        Place { block, at }
    }

    /// Begins a block that has room for what is being written. The one before is full.
    fn open_block(&mut self) {
        if let Some(full) = self.blocks.last_mut() {
            full.starts.shrink_to_fit();
        }
        let bytes = Vec::with_capacity(BLOCK_BYTES.max(self.record.len()));
        self.blocks.push(Block { bytes, first: self.entries, starts: Vec::new() });
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
