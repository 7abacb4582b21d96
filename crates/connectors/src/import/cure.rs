//! What to do about a cell or a row that could not be read, as far as its value tells.

use domain::reason::Code;
use jiff::tz::TimeZone;

use super::fault::RowFault;
use super::number::{self, DecimalStyle};
use super::time::{self, Format};

/// What to do about a fault, as a sentence without the value.
pub fn cure(fault: &RowFault) -> String {
    let value = fault.value.as_deref().unwrap_or_default();
    if fault.code == Code::TimeUnreadable {
        return time_cure(value);
    }
    if fault.code == Code::NumberUnreadable {
        return number_cure(value);
    }
    let known = CURES.iter().find(|(known, _)| *known == fault.code);
    known.map_or("correct it in the file and import it again", |(_, says)| says).to_owned()
}

const DECIMAL_COMMA: &str = "write `repair: [decimal-comma]` for it in the map";

const CURES: [(Code, &str); 13] = [
    (Code::DecimalComma, DECIMAL_COMMA),
    (Code::IdMissing, "map another column as `id`, or leave `id` out of the map"),
    (
        Code::RowTooShort,
        "export the file again: the row is cut, in quotes as a whole, or separated otherwise",
    ),
    (Code::RowTooLong, "export texts that hold the delimiter in quotes, or with another delimiter"),
    (
        Code::AddressUnreadable,
        "correct it in the file, or write `unreadable: leave out` for it in the map",
    ),
    (
        Code::PhoneUnreadable,
        "correct it in the file, or write `unreadable: leave out` for it in the map",
    ),
    (
        Code::ValueUnreadable,
        "say what it means under `values` in the map, or correct it in the file",
    ),
    (Code::QuoteUnclosed, "close the quote in the file; a quote within a text is written twice"),
    (Code::QuoteText, "write a quote within a text twice, and the whole text in quotes"),
    (Code::BytesUndecodable, "export as UTF-8, or declare the `encoding` in the map"),
    (Code::TextInvalid, "take the NUL bytes out of the file"),
    (Code::ItemTooLarge, "shorten the row: 256 KiB are read"),
    (Code::LineTooLong, "shorten the line: 256 KiB are read"),
];

/// Patterns that are tried on a time that could not be read, the commonest first.
const PATTERNS: [&str; 17] = [
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y",
    "%m/%d/%Y %I:%M %p",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y",
    "%d-%b-%Y",
    "%b %d, %Y",
    "%d %b %Y",
    "%Y/%m/%d",
    "%Y%m%d",
];

fn time_cure(value: &str) -> String {
    let fits = |pattern: &&&str| {
        let format = Format::new(pattern);
        format.is_some_and(|format| time::moment(value, &[format], &TimeZone::UTC).is_ok())
    };
    let fitting: Vec<&&str> = PATTERNS.iter().filter(fits).collect();
    match fitting.as_slice() {
        [] if value.parse::<u64>().is_ok() => {
            "write `formats: [excel]`, `[unix]` or `[unix-ms]` for it in the map".to_owned()
        }
        [] => "write a pattern that fits it under `formats` in the map".to_owned(),
        [one, ..] => format!("add \"{one}\" to its `formats` in the map"),
    }
}

fn number_cure(value: &str) -> String {
    let fits = |style| number::decimal(value, style).is_ok();
    if fits(DecimalStyle::Point) {
        "write `repair: [decimal-point]` for it in the map".to_owned()
    } else if fits(DecimalStyle::Comma) {
        DECIMAL_COMMA.to_owned()
    } else {
        "say what it means under `values` in the map, or correct it in the file".to_owned()
    }
}
