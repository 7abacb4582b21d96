//! Which encoding a file has, and bytes to UTF-8.
//!
//! The rule, where the map declares nothing:
//! 1. A byte order mark decides, even against a declaration: nobody writes one by chance.
//! 2. NUL at every other byte of the first 512 is UTF-16 without a mark.
//! 3. As long as only ASCII is seen, nothing needs deciding. At the first byte above 127 the
//!    64 KiB from there are looked at. They are UTF-8 if they are valid, or if valid sequences of
//!    several bytes are at least as many as bad bytes (then the bad ones are damage, and only their
//!    rows are quarantined). They are Windows-1252 if every bad byte is plausible there: defined,
//!    not `ÿ`, and no capital after a small letter. Otherwise they are UTF-8 with damage.

use encoding_rs::DecoderResult;

/// How much is looked at to tell UTF-8 from Windows-1252.
pub const SNIFFED_BYTES: usize = 64 * 1024;

/// Stands in the decoded bytes where something could not be decoded: valid in no UTF-8, so that
/// the row, and no other, is found to be undecodable.
pub(super) const DAMAGE: u8 = 0xff;

/// An encoding of text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Encoding(&'static encoding_rs::Encoding);

impl Encoding {
    /// The encoding UTF-8.
    pub const UTF_8: Self = Self(encoding_rs::UTF_8);
    /// UTF-16, little end first.
    pub const UTF_16_LE: Self = Self(encoding_rs::UTF_16LE);
    /// UTF-16, big end first.
    pub const UTF_16_BE: Self = Self(encoding_rs::UTF_16BE);
    /// Windows-1252, which is what `latin1` and `iso-8859-1` mean in practice.
    pub const WINDOWS_1252: Self = Self(encoding_rs::WINDOWS_1252);

    /// The encoding that people call by this name: `utf-8`, `windows-1252`, `latin1`, `utf-16le`, ….
    pub fn named(label: &str) -> Option<Self> {
        let plain = label.trim().to_ascii_lowercase().replace('_', "-");
        let known = match plain.as_str() {
            "utf-8-sig" | "utf8-bom" | "utf-8-bom" => encoding_rs::UTF_8,
            "cp1252" | "latin-1" => encoding_rs::WINDOWS_1252,
            other => encoding_rs::Encoding::for_label_no_replacement(other.as_bytes())?,
        };
        Some(Self(known))
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        self.0.name()
    }
}

/// The encoding that a byte order mark or a pattern of NULs says, and the length of the mark.
pub(super) fn by_mark(first: &[u8]) -> Option<(Encoding, usize)> {
    match first {
        [0xef, 0xbb, 0xbf, ..] => Some((Encoding::UTF_8, 3)),
        [0xff, 0xfe, ..] => Some((Encoding::UTF_16_LE, 2)),
        [0xfe, 0xff, ..] => Some((Encoding::UTF_16_BE, 2)),
        _ => by_nuls(first).map(|encoding| (encoding, 0)),
    }
}

fn by_nuls(first: &[u8]) -> Option<Encoding> {
    let (pairs, _) = first[..first.len().min(512)].as_chunks::<2>();
    let high = pairs.iter().filter(|pair| pair[0] == 0 && pair[1] != 0).count();
    let low = pairs.iter().filter(|pair| pair[0] != 0 && pair[1] == 0).count();
    let most = |count: usize| pairs.len() >= 2 && count * 10 >= pairs.len() * 6;
    match (most(low), most(high)) {
        (true, _) => Some(Encoding::UTF_16_LE),
        (_, true) => Some(Encoding::UTF_16_BE),
        _ => None,
    }
}

/// UTF-8 or Windows-1252, by a sample that begins with the first byte above 127. `before` is what
/// stands before the sample.
pub(super) fn by_sample(before: Option<u8>, sample: &[u8], at_end: bool) -> Encoding {
    let mut previous = before;
    let (mut good, mut bad, mut plausible) = (0usize, 0usize, true);
    let mut rest = sample;
    loop {
        let (valid, error) = match std::str::from_utf8(rest) {
            Ok(text) => (text, None),
            Err(error) => {
                let valid =
                    std::str::from_utf8(&rest[..error.valid_up_to()]).expect("valid up to there");
                (valid, Some(error))
            }
        };
        good += valid.chars().filter(|character| !character.is_ascii()).count();
        previous = valid.as_bytes().last().copied().or(previous);
        let Some(error) = error else { break };
        if error.error_len().is_none() && !at_end {
            break;
        }
        let (byte, next) = (rest[valid.len()], rest.get(valid.len() + 1).copied());
        bad += 1;
        plausible &= plausible_1252(previous, byte, next);
        previous = Some(byte);
        rest = &rest[valid.len() + 1..];
    }
    if bad == 0 || good >= bad || !plausible { Encoding::UTF_8 } else { Encoding::WINDOWS_1252 }
}

/// Bytes that mean nothing in Windows-1252.
const fn undefined_1252(byte: u8) -> bool {
    matches!(byte, 0x81 | 0x8d | 0x8f | 0x90 | 0x9d)
}

fn plausible_1252(previous: Option<u8>, byte: u8, next: Option<u8>) -> bool {
    let letter =
        |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphabetic() || byte >= 0xc0);
    match byte {
        0xff => false,
        byte if undefined_1252(byte) => false,
        // Letters of Icelandic stand in words.
        0xd0 | 0xde | 0xf0 | 0xfe if !letter(previous) && !letter(next) => false,
        0xc0..=0xde => !previous.is_some_and(|byte| byte.is_ascii_lowercase()),
        _ => true,
    }
}

/// Turns bytes into UTF-8 as they come.
pub(super) enum Decoder {
    /// The bytes are UTF-8 already; damage shows where a row is read.
    Plain,
    /// Another encoding.
    Table(Box<encoding_rs::Decoder>, Encoding),
}

impl Decoder {
    pub(super) fn new(encoding: Encoding) -> Self {
        if encoding == Encoding::UTF_8 {
            Self::Plain
        } else {
            Self::Table(Box::new(encoding.0.new_decoder_without_bom_handling()), encoding)
        }
    }

    /// Appends `bytes` as UTF-8 to `out`.
    pub(super) fn decode(&mut self, bytes: &[u8], last: bool, out: &mut Vec<u8>) {
        match self {
            Self::Plain => out.extend_from_slice(bytes),
            Self::Table(decoder, encoding) if *encoding == Encoding::WINDOWS_1252 => {
                for (at, part) in bytes.split(|byte| undefined_1252(*byte)).enumerate() {
                    if at > 0 {
                        out.push(DAMAGE);
                    }
                    decode_table(decoder, part, false, out);
                }
            }
            Self::Table(decoder, _) => decode_table(decoder, bytes, last, out),
        }
    }
}

fn decode_table(decoder: &mut encoding_rs::Decoder, bytes: &[u8], last: bool, out: &mut Vec<u8>) {
    let mut rest = bytes;
    let mut piece = [0u8; 4096];
    loop {
        let (result, read, written) =
            decoder.decode_to_utf8_without_replacement(rest, &mut piece, last);
        out.extend_from_slice(&piece[..written]);
        rest = &rest[read..];
        match result {
            DecoderResult::InputEmpty => return,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => out.push(DAMAGE),
        }
    }
}
