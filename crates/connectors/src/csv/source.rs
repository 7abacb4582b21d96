//! The bytes of a file as a window of UTF-8 that moves over it.

use std::io::{self, Read};

use super::encoding::{self, Decoder, Encoding, SNIFFED_BYTES};

const CHUNK_BYTES: usize = 256 * 1024;

pub(super) struct Source<R> {
    input: R,
    decoder: Decoder,
    encoding: Encoding,
    /// Only ASCII so far, and nothing declared.
    undecided: bool,
    last_byte: Option<u8>,
    raw: Vec<u8>,
    buffer: Vec<u8>,
    start: usize,
    done: bool,
    read: u64,
}

impl<R: Read> Source<R> {
    /// Begins, with the first bytes read but not yet decoded.
    pub(super) fn new(mut input: R) -> io::Result<Self> {
        let mut raw = Vec::new();
        let done = read_up_to(&mut input, &mut raw, SNIFFED_BYTES)?;
        let read = raw.len() as u64;
        Ok(Self {
            input,
            decoder: Decoder::Plain,
            encoding: Encoding::UTF_8,
            undecided: false,
            last_byte: None,
            raw,
            buffer: Vec::new(),
            start: 0,
            done,
            read,
        })
    }

    /// The first bytes as they came. Before `decide`.
    pub(super) fn first(&self) -> &[u8] {
        &self.raw
    }

    /// Settles the encoding, as far as the first bytes and the declaration say.
    pub(super) fn decide(&mut self, declared: Option<Encoding>) -> io::Result<()> {
        let (encoding, mark) = match encoding::by_mark(&self.raw) {
            // A mark of two bytes is certain; a pattern of NULs yields to a declaration.
            Some((marked, length)) if length > 0 => (Some(marked), length),
            Some((pattern, _)) => (declared.or(Some(pattern)), 0),
            None => (declared, 0),
        };
        self.undecided = encoding.is_none();
        self.encoding = encoding.unwrap_or(Encoding::UTF_8);
        self.decoder = Decoder::new(self.encoding);
        self.raw.drain(..mark);
        self.decode()
    }

    pub(super) fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Bytes of the file read so far.
    pub(super) fn read(&self) -> u64 {
        self.read
    }

    /// Makes at least `wanted` bytes of text available, or all that are left.
    pub(super) fn fill(&mut self, wanted: usize) -> io::Result<()> {
        if self.buffer.len() - self.start >= wanted || self.done {
            return Ok(());
        }
        self.buffer.drain(..self.start);
        self.start = 0;
        while self.buffer.len() < wanted.max(CHUNK_BYTES) && !self.done {
            self.more(CHUNK_BYTES)?;
            self.decode()?;
        }
        Ok(())
    }

    pub(super) fn window(&self) -> &[u8] {
        &self.buffer[self.start..]
    }

    /// Whether the window reaches the end of the file.
    pub(super) fn at_end(&self) -> bool {
        self.done
    }

    pub(super) fn consume(&mut self, bytes: usize) {
        self.start += bytes;
        debug_assert!(self.start <= self.buffer.len());
    }

    fn more(&mut self, bytes: usize) -> io::Result<()> {
        let before = self.raw.len();
        self.done = read_up_to(&mut self.input, &mut self.raw, before + bytes)?;
        self.read += (self.raw.len() - before) as u64;
        Ok(())
    }

    fn decode(&mut self) -> io::Result<()> {
        if self.undecided
            && let Some(at) = self.raw.iter().position(|byte| !byte.is_ascii())
        {
            let missing = (at + SNIFFED_BYTES).saturating_sub(self.raw.len());
            if missing > 0 && !self.done {
                self.more(missing)?;
            }
            let before = at.checked_sub(1).map_or(self.last_byte, |at| Some(self.raw[at]));
            let sample = &self.raw[at..self.raw.len().min(at + SNIFFED_BYTES)];
            self.encoding = encoding::by_sample(before, sample, self.done);
            self.decoder = Decoder::new(self.encoding);
            self.undecided = false;
        }
        self.last_byte = self.raw.last().copied().or(self.last_byte);
        self.decoder.decode(&self.raw, self.done, &mut self.buffer);
        self.raw.clear();
        Ok(())
    }
}

/// Reads until `out` has `length` bytes; true at the end of the input.
fn read_up_to<R: Read>(input: &mut R, out: &mut Vec<u8>, length: usize) -> io::Result<bool> {
    let wanted = length.saturating_sub(out.len()) as u64;
    let before = out.len();
    input.by_ref().take(wanted).read_to_end(out)?;
    Ok(((out.len() - before) as u64) < wanted)
}
