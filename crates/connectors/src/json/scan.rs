//! Where items begin and end, without reading them: so one bad item spoils no other.
//!
//! The scan counts brackets and skips texts, in one pass and without recursion, and leaves every
//! other judgement to [`super::parse()`].

use domain::reason::Code;

use super::JsonError;

/// The elements of the array that is the whole text: where each begins, and its bytes. The last
/// thing it gives may be an error: then the text is no array.
pub fn elements(bytes: &[u8]) -> Elements<'_> {
    Elements { scan: Scan { bytes, at: 0 }, state: State::Before }
}

/// The members of the object that is the whole text: the bytes of a key without its quotes, and
/// the bytes of its value. The last thing it gives may be an error.
pub fn members(bytes: &[u8]) -> Members<'_> {
    Members { scan: Scan { bytes, at: 0 }, state: State::Before }
}

/// The member that the text breaks off in: the bytes of its key without the quotes, and what there
/// is of its value. Nothing where the text does not break off in a value.
pub fn unfinished_member(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let Members { mut scan, mut state } = members(bytes);
    while scan.step(&mut state, b'{', b'}').ok()? {
        let start = scan.at;
        if scan.member().is_err() {
            scan.at = start;
            return Some((scan.key().ok()?, &bytes[scan.at..]));
        }
    }
    None
}

/// The element that the text breaks off in, as far as it goes.
pub fn unfinished_element(bytes: &[u8]) -> Option<&[u8]> {
    let Elements { mut scan, mut state } = elements(bytes);
    while scan.step(&mut state, b'[', b']').ok()? {
        let start = scan.at;
        if scan.value().is_err() {
            return Some(&bytes[start..]);
        }
    }
    None
}

/// The lines that are not blank.
pub fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty())
}

/// See [`elements`].
pub struct Elements<'a> {
    scan: Scan<'a>,
    state: State,
}

/// See [`members`].
pub struct Members<'a> {
    scan: Scan<'a>,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Before,
    Within,
    Done,
}

impl<'a> Iterator for Elements<'a> {
    type Item = Result<(usize, &'a [u8]), JsonError>;
    fn next(&mut self) -> Option<Self::Item> {
        let next = self.scan.step(&mut self.state, b'[', b']').and_then(|more| {
            if !more {
                return Ok(None);
            }
            let at = self.scan.at;
            self.scan.value().map(|bytes| Some((at, bytes)))
        });
        finish(next, &mut self.state)
    }
}

impl<'a> Iterator for Members<'a> {
    type Item = Result<(&'a [u8], &'a [u8]), JsonError>;
    fn next(&mut self) -> Option<Self::Item> {
        let next = self
            .scan
            .step(&mut self.state, b'{', b'}')
            .and_then(|more| if more { self.scan.member().map(Some) } else { Ok(None) });
        finish(next, &mut self.state)
    }
}

fn finish<T>(
    next: Result<Option<T>, JsonError>,
    state: &mut State,
) -> Option<Result<T, JsonError>> {
    if next.is_err() {
        *state = State::Done;
    }
    next.transpose()
}

struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Scan<'a> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn blank(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    fn closes(&mut self, byte: u8) -> bool {
        let closes = self.peek() == Some(byte);
        self.at += usize::from(closes);
        closes
    }

    fn error<T>(&self, says: &'static str) -> Result<T, JsonError> {
        Err(JsonError { code: Code::Unreadable, says, at: self.at })
    }

    /// Goes to the next item; false at the end, behind which nothing may follow.
    fn step(&mut self, state: &mut State, open: u8, close: u8) -> Result<bool, JsonError> {
        self.blank();
        match *state {
            State::Done => return Ok(false),
            State::Before => {
                if !self.closes(open) {
                    return self.error(match open {
                        b'[' => "an array is expected",
                        _ => "an object is expected",
                    });
                }
                *state = State::Within;
                self.blank();
                if !self.closes(close) {
                    return Ok(true);
                }
            }
            State::Within => {
                if self.closes(b',') {
                    self.blank();
                    return Ok(true);
                }
                if !self.closes(close) {
                    return self.error("a comma or the end is expected");
                }
            }
        }
        *state = State::Done;
        self.blank();
        if self.at == self.bytes.len() {
            return Ok(false);
        }
        self.error("something follows the end of the document")
    }

    fn member(&mut self) -> Result<(&'a [u8], &'a [u8]), JsonError> {
        Ok((self.key()?, self.value()?))
    }

    /// The key of a member, up to the beginning of its value.
    fn key(&mut self) -> Result<&'a [u8], JsonError> {
        let start = self.at;
        if self.peek() != Some(b'"') {
            return self.error("a key in double quotes is expected");
        }
        self.text()?;
        let key = &self.bytes[start + 1..self.at - 1];
        self.blank();
        if !self.closes(b':') {
            return self.error("a colon is expected after the key");
        }
        self.blank();
        Ok(key)
    }

    fn value(&mut self) -> Result<&'a [u8], JsonError> {
        let start = self.at;
        match self.peek() {
            Some(b'"') => self.text()?,
            Some(b'{' | b'[') => self.container()?,
            _ => self.atom(),
        }
        if self.at == start {
            return self.error("a value is expected");
        }
        Ok(&self.bytes[start..self.at])
    }

    fn atom(&mut self) {
        let ends = |byte: u8| matches!(byte, b',' | b']' | b'}' | b' ' | b'\n' | b'\r' | b'\t');
        while self.peek().is_some_and(|byte| !ends(byte)) {
            self.at += 1;
        }
    }

    fn container(&mut self) -> Result<(), JsonError> {
        let mut open = 0usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' => {
                    self.text()?;
                    continue;
                }
                b'{' | b'[' => open += 1,
                b'}' | b']' => open -= 1,
                _ => {}
            }
            self.at += 1;
            if open == 0 {
                return Ok(());
            }
        }
        self.error("the text ends too early")
    }

    fn text(&mut self) -> Result<(), JsonError> {
        self.at += 1;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'"' => return Ok(()),
                b'\\' => self.at += 1,
                _ => {}
            }
        }
        self.at = self.bytes.len();
        self.error("a text is not closed")
    }
}
