//! Where a text stands: the files of one folder, and spans in them.

use std::ops::Range;

/// The files of one folder, or one file that stands alone.
#[derive(Default, Debug)]
pub struct Sources {
    files: Vec<File>,
}

#[derive(Debug)]
struct File {
    name: String,
    text: String,
    /// Whether it is a text; one that is none was told, and is not read.
    is_text: bool,
    /// Where each line begins, in bytes.
    lines: Vec<u32>,
}

/// A file, by its place in its [`Sources`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct FileId(pub u16);

/// A stretch of a file.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Span {
    /// Which file.
    pub file: FileId,
    /// Where it begins, in bytes.
    pub start: u32,
    /// Where it ends, in bytes, exclusive.
    pub end: u32,
}

/// Something read, and where it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Spanned<T> {
    /// What was read.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

/// A span as people find it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place<'a> {
    /// The file's name.
    pub file: &'a str,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in characters.
    pub column: u32,
    /// The whole line, without its end.
    pub line_text: &'a str,
    /// How many characters of this line the span covers; at least 1.
    pub width: u32,
}

impl Sources {
    /// No files yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a file in. A folder of more than 65,535 files is refused long before; here the last
    /// place is taken again.
    pub fn add(&mut self, name: &str, text: String) -> FileId {
        self.push(name, text, true)
    }

    /// Takes a file in that is no text: what can be shown of it. Nothing reads it.
    pub fn add_unread(&mut self, name: &str, shown: String) -> FileId {
        self.push(name, shown, false)
    }

    /// Whether a file is a text, and can be read.
    pub fn is_text(&self, file: FileId) -> bool {
        self.files.get(usize::from(file.0)).is_none_or(|file| file.is_text)
    }

    fn push(&mut self, name: &str, text: String, is_text: bool) -> FileId {
        let ends = text.bytes().zip(1u32..).filter(|(byte, _)| *byte == b'\n');
        let lines = std::iter::once(0).chain(ends.map(|(_, next)| next)).collect();
        let file = File { name: name.to_owned(), text, is_text, lines };
        if self.files.len() > usize::from(u16::MAX) {
            self.files.pop();
        }
        self.files.push(file);
        FileId((self.files.len() - 1) as u16)
    }

    /// The file of that name.
    pub fn named(&self, name: &str) -> Option<FileId> {
        self.files.iter().position(|file| file.name == name).map(|at| FileId(at as u16))
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is no file.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The file's name; empty for a file that is not there.
    pub fn name(&self, file: FileId) -> &str {
        self.files.get(usize::from(file.0)).map_or("", |file| &file.name)
    }

    /// The file's text; empty for a file that is not there.
    pub fn text(&self, file: FileId) -> &str {
        self.files.get(usize::from(file.0)).map_or("", |file| &file.text)
    }

    /// What stands at a span.
    pub fn slice(&self, span: Span) -> &str {
        clip(self.text(span.file), span)
    }

    /// Where a span is, as people find it. A span that covers several lines is told by its first.
    pub fn place(&self, span: Span) -> Place<'_> {
        let Some(file) = self.files.get(usize::from(span.file.0)) else {
            return Place { file: "", line: 1, column: 1, line_text: "", width: 1 };
        };
        let start = floor(&file.text, span.start as usize);
        let line = file.lines.partition_point(|begin| *begin as usize <= start).max(1);
        let begin = file.lines[line - 1] as usize;
        let rest = &file.text[begin..];
        let line_text = rest.split('\n').next().unwrap_or("").trim_end_matches('\r');
        let from = (start - begin).min(line_text.len());
        let to = (floor(&file.text, span.end as usize).max(start) - begin).min(line_text.len());
        let column = line_text[..from].chars().count() as u32 + 1;
        let width = (line_text[from..to].chars().count() as u32).max(1);
        Place { file: &file.name, line: line as u32, column, line_text, width }
    }
}

impl Span {
    /// The beginning of a file, for what concerns it as a whole.
    pub const fn top(file: FileId) -> Self {
        Self { file, start: 0, end: 0 }
    }

    /// A stretch of a file.
    pub const fn of(file: FileId, range: Range<usize>) -> Self {
        Self { file, start: range.start as u32, end: range.end as u32 }
    }

    /// From the beginning of this one to the end of the other.
    pub const fn to(self, other: Self) -> Self {
        Self { file: self.file, start: self.start, end: other.end }
    }
}

impl<T> Spanned<T> {
    /// Something read at a place.
    pub const fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}

fn clip(text: &str, span: Span) -> &str {
    let start = floor(text, span.start as usize);
    let end = floor(text, span.end as usize).max(start);
    &text[start..end]
}

/// The nearest boundary of a character that is not behind `at`.
fn floor(text: &str, at: usize) -> usize {
    text.floor_char_boundary(at)
}
