//! What is no text: bytes that are not UTF-8, and NUL bytes, each with its place and what the file
//! probably is.

use notation::{Diagnostic, FileId, Span};

/// What stands for a symbolic link in the place of a file's bytes; no text has a NUL byte.
pub(super) const LINK: &[u8] = b"\0symbolic link\0";

/// Bytes that are no text.
pub(super) struct Wrong {
    code: &'static str,
    /// Where it begins to be wrong, in bytes of what is shown.
    at: usize,
    says: String,
    help: &'static str,
    /// What can be shown of it.
    pub(super) shown: String,
}

/// How files of other kinds begin.
const KINDS: [(&[u8], &str, &str); 5] = [
    (
        b"PK\x03\x04",
        "the file is a workbook or another zip archive, and no text",
        "open it in the spreadsheet, and save the sheet as \"CSV UTF-8\"",
    ),
    (b"\x1f\x8b", "the file is packed with gzip, and no text", "unpack it first"),
    (b"%PDF-", "the file is a PDF, and no text", "write its content into a text file"),
    (UTF16[0], "the file is in UTF-16, and not in UTF-8", AS_UTF8),
    (UTF16[1], "the file is in UTF-16, and not in UTF-8", AS_UTF8),
];
/// How UTF-16 begins.
const UTF16: [&[u8]; 2] = [b"\xff\xfe", b"\xfe\xff"];
const AS_UTF8: &str = "save it as UTF-8; a spreadsheet calls it \"CSV UTF-8\"";

/// The text of a file.
pub(super) fn read(bytes: &[u8]) -> Result<&str, Wrong> {
    if bytes == LINK {
        return Err(Wrong {
            code: "file-symlink",
            at: 0,
            says: "this is a symbolic link, and links are not followed".to_owned(),
            help: "put a copy of what it leads to in its place",
            shown: String::new(),
        });
    }
    let (code, at, says) = match std::str::from_utf8(bytes) {
        Err(error) => {
            let at = error.valid_up_to();
            ("not-utf8", at, not_utf8(bytes[at]))
        }
        Ok(text) => match text.find('\0') {
            Some(at) => ("nul-byte", at, "a NUL byte stands here, which no text has".to_owned()),
            None => return Ok(text),
        },
    };
    let shown = String::from_utf8_lossy(bytes).into_owned();
    let kind = KINDS.iter().find(|(begins, ..)| bytes.starts_with(begins));
    let (says, help) = match (kind, code) {
        (Some((_, says, help)), _) => ((*says).to_owned(), *help),
        (None, "nul-byte") if is_wide(bytes) => {
            ("the file is in UTF-16, and not in UTF-8".to_owned(), AS_UTF8)
        }
        (None, "nul-byte") => (
            says,
            "the file is damaged, or no text: take the byte out, or write the file anew from a copy",
        ),
        (None, _) => (says, AS_UTF8),
    };
    Err(Wrong { code, at, says, help, shown })
}

/// The sentence about a byte, with the letter that it is in the alphabet of older Windows programs.
fn not_utf8(byte: u8) -> String {
    let says = format!("the file is not in UTF-8: the byte {byte:02X} stands here");
    // From A0 on that alphabet has the letters of the first page of Unicode.
    if byte >= 0xa0 {
        format!("{says}, which is `{}` in Windows-1252", char::from(byte))
    } else {
        says
    }
}

/// Whether every second byte of the beginning is NUL.
fn is_wide(bytes: &[u8]) -> bool {
    const LOOKED_AT: usize = 64;
    let begin = &bytes[..bytes.len().min(LOOKED_AT)];
    let nul = |odd: usize| begin.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    nul(0).max(nul(1)) * 3 > begin.len()
}

impl Wrong {
    pub(super) fn is_link(&self) -> bool {
        self.code == "file-symlink"
    }

    pub(super) fn told(self, file: FileId) -> Diagnostic {
        let length = self.shown[self.at..].chars().next().map_or(0, char::len_utf8);
        let span = Span::of(file, self.at..self.at + length);
        Diagnostic::error(self.code, span, self.says).help(self.help)
    }
}
