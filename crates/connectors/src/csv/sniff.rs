//! What is no CSV, known by its first bytes. Nothing is unpacked to find out.

use std::fmt;

/// What a file that is no CSV looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LooksLike {
    /// A web page, such as the sign-in page that was saved in place of the export.
    Html,
    /// XML, such as a workbook of 2003.
    Xml,
    /// A workbook, or another archive in zip: `.xlsx`, `.ods`, `.zip`.
    Workbook,
    /// A workbook of before 2007: `.xls`.
    OldWorkbook,
    /// Compressed data: gzip, bzip2, xz, zstd, 7z.
    Compressed(&'static str),
    /// JSON, one document or one a line.
    Json,
    /// A PDF.
    Pdf,
    /// Another kind of file, by its name.
    Other(&'static str),
}

impl LooksLike {
    /// What to do about it, as a sentence.
    pub const fn help(self) -> &'static str {
        match self {
            Self::Workbook | Self::OldWorkbook => "Save the sheet as CSV and import that.",
            Self::Html => "The export is a web page, often one that asks to sign in; export again.",
            Self::Compressed(_) => "Unpack it and import what is inside.",
            Self::Xml | Self::Json | Self::Pdf | Self::Other(_) => {
                "Export the data as CSV and import that."
            }
        }
    }
}

impl fmt::Display for LooksLike {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Html => "HTML",
            Self::Xml => "XML",
            Self::Workbook => "a workbook or another zip archive",
            Self::OldWorkbook => "an old Excel workbook",
            Self::Compressed(name) | Self::Other(name) => name,
            Self::Json => "JSON",
            Self::Pdf => "a PDF",
        })
    }
}

const MAGIC: &[(&[u8], LooksLike)] = &[
    (b"PK\x03\x04", LooksLike::Workbook),
    (b"PK\x05\x06", LooksLike::Workbook),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", LooksLike::OldWorkbook),
    (b"\x1f\x8b", LooksLike::Compressed("gzip")),
    (b"BZh91AY&SY", LooksLike::Compressed("bzip2")),
    (b"\xfd7zXZ\x00", LooksLike::Compressed("xz")),
    (b"\x28\xb5\x2f\xfd", LooksLike::Compressed("zstd")),
    (b"7z\xbc\xaf\x27\x1c", LooksLike::Compressed("7z")),
    (b"%PDF-", LooksLike::Pdf),
    (b"{\\rtf", LooksLike::Other("rich text")),
    (b"PAR1", LooksLike::Other("Parquet")),
    (b"SQLite format 3\x00", LooksLike::Other("a SQLite database")),
    (b"\x89PNG\r\n", LooksLike::Other("a picture")),
    (b"\xff\xd8\xff", LooksLike::Other("a picture")),
    (b"\x7fELF", LooksLike::Other("a program")),
];

/// What the file looks like, if its first bytes say that it is no CSV. A few hundred bytes
/// are enough.
pub fn looks_like(first: &[u8]) -> Option<LooksLike> {
    let magic = MAGIC.iter().find(|(magic, _)| first.starts_with(magic));
    match magic {
        Some((_, kind)) => Some(*kind),
        None => markup(&narrow(first)),
    }
}

/// The first characters in ASCII, UTF-16 included: enough for what markup begins with.
fn narrow(first: &[u8]) -> Vec<u8> {
    let first = first.strip_prefix(b"\xef\xbb\xbf").unwrap_or(first);
    first.iter().take(1024).filter(|byte| !matches!(byte, 0 | 0xff | 0xfe)).copied().collect()
}

fn markup(text: &[u8]) -> Option<LooksLike> {
    let text = text.trim_ascii_start();
    let head: Vec<u8> = text.iter().take(16).map(u8::to_ascii_lowercase).collect();
    let html: [&[u8]; 9] = [
        b"<!doctype",
        b"<html",
        b"<head",
        b"<body",
        b"<table",
        b"<meta",
        b"<script",
        b"<div",
        b"<!--",
    ];
    if html.iter().any(|tag| head.starts_with(tag)) {
        return Some(LooksLike::Html);
    }
    if head.starts_with(b"<?xml") {
        return Some(LooksLike::Xml);
    }
    let second = text.get(1..).and_then(|rest| rest.trim_ascii_start().first().copied());
    let json = match (text.first(), second) {
        (Some(b'{'), Some(b'"' | b'}')) => true,
        // A header may be `[id],[name]`; a value of JSON begins otherwise.
        (Some(b'['), Some(byte)) => matches!(byte, b'{' | b'[' | b'"' | b']' | b'-' | b'0'..=b'9'),
        _ => false,
    };
    json.then_some(LooksLike::Json)
}
