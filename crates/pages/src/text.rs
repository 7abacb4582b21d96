//! Small values that views are made of: addresses of ours, ways to somebody outside, moments, lengths of time, figures.

use maud::{Markup, Render, html};

/// An address within this server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Href(String);

impl Href {
    /// An address of ours. What leads elsewhere becomes the front page: nothing that comes from outside
    /// can send a reader away or run.
    pub fn to(path: impl Into<String>) -> Self {
        let path = path.into();
        let starts = path.starts_with('/') && !path.starts_with("//") && !path.starts_with("/\\");
        let ours = starts || path.starts_with('#') || path.starts_with('?');
        Self(if ours { path } else { "/".to_owned() })
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Render for Href {
    fn render_to(&self, buffer: &mut String) {
        self.0.render_to(buffer);
    }
}

/// A way to somebody outside that the reader's own programs open: a letter or a call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reach {
    href: String,
    says: String,
}

impl Reach {
    /// A letter to a mail address; none to what is no address.
    pub fn mail(address: &str) -> Option<Self> {
        let (local, domain) = address.split_once('@')?;
        let plain = |part: &str| {
            let fits = |byte: u8| byte.is_ascii_alphanumeric() || b".-_+".contains(&byte);
            !part.is_empty() && part.bytes().all(fits)
        };
        let fits = plain(local) && plain(domain) && address.len() <= ADDRESS_CHARS_MAX;
        fits.then(|| Self { href: format!("mailto:{address}"), says: address.to_owned() })
    }

    /// A call to a telephone number; none to what is no number.
    pub fn call(number: &str) -> Option<Self> {
        let between = |letter: char| " ()-./".contains(letter);
        let digits: String = number.chars().filter(|letter| !between(*letter)).collect();
        let bare = digits.strip_prefix('+').unwrap_or(&digits);
        let fits = DIGITS.contains(&bare.len()) && bare.bytes().all(|byte| byte.is_ascii_digit());
        fits.then(|| Self { href: format!("tel:{digits}"), says: number.to_owned() })
    }

    /// The link, as a button where it is to be reached with a thumb. Where it leads learns nothing of this page.
    pub fn link(&self, class: &str, says: Option<&str>) -> Markup {
        html! {
            a class=(class) href=(self.href) rel="noopener noreferrer nofollow" title=(self.says) {
                (says.unwrap_or(&self.says))
            }
        }
    }
}

/// The most that a mail address has.
const ADDRESS_CHARS_MAX: usize = 254;
/// So many digits make a telephone number.
const DIGITS: std::ops::RangeInclusive<usize> = 5..=15;

/// A moment as people read it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct When {
    /// As short as it can be: `13:38`, `12 Nov`.
    pub short: String,
    /// All of it, with its zone, as RFC 3339.
    pub exact: String,
}

impl Render for When {
    fn render_to(&self, buffer: &mut String) {
        let markup: Markup =
            html! { time datetime=(self.exact) title=(self.exact) { (self.short) } };
        buffer.push_str(&markup.0);
    }
}

/// How urgent something is. A word always says it, too.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Urgency {
    /// There is time.
    #[default]
    Calm,
    /// It is to be done soon.
    Soon,
    /// Under a quarter of the time is left, or none.
    Late,
}

impl Urgency {
    /// How urgent something is with so much of its time left, in milliseconds.
    pub const fn of(left_ms: i64, whole_ms: i64) -> Self {
        if left_ms <= 0 || left_ms < whole_ms / 4 {
            Self::Late
        } else if left_ms < whole_ms / 2 || left_ms < HOUR_MS {
            Self::Soon
        } else {
            Self::Calm
        }
    }

    pub(crate) const fn class(self) -> &'static str {
        match self {
            Self::Calm => "calm",
            Self::Soon => "soon",
            Self::Late => "late",
        }
    }
}

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// A length of time in as many words as it needs: `42 min`, `2 h 10`, `3 days`.
pub fn length(ms: i64) -> String {
    let ms = ms.abs();
    match ms {
        0..1_000 => format!("0.{} s", ms / 100),
        1_000..MINUTE_MS => format!("{} s", ms / 1_000),
        MINUTE_MS..HOUR_MS => format!("{} min", ms / MINUTE_MS),
        HOUR_MS..DAY_MS => format!("{} h {:02}", ms / HOUR_MS, ms % HOUR_MS / MINUTE_MS),
        _ if ms < 2 * DAY_MS => "1 day".to_owned(),
        _ => format!("{} days", ms / DAY_MS),
    }
}

/// The same with milliseconds below a second: `340 ms`, `1.4 s`, `38 s`, `42 min`.
pub fn measured(ms: i64) -> String {
    match ms {
        ..1_000 => format!("{} ms", ms.max(0)),
        1_000..10_000 => format!("{}.{} s", ms / 1_000, ms % 1_000 / 100),
        _ => length(ms),
    }
}

/// A number with thin groups of three: `12,904`.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A share of a whole in percent with one digit: `85.7 %`; none of nothing.
pub fn share(part: u64, whole: u64) -> Option<String> {
    if whole == 0 {
        return None;
    }
    let tenths = (u128::from(part) * 1_000 + u128::from(whole) / 2) / u128::from(whole);
    Some(format!("{}.{} %", tenths / 10, tenths % 10))
}

/// One thing or several: `1 person`, `3 people`.
pub fn count(number: u64, one: &str, several: &str) -> String {
    format!("{} {}", thousands(number), if number == 1 { one } else { several })
}

/// A minus as it is printed.
pub fn signed(number: f64, digits: usize) -> String {
    let shown = format!("{:.digits$}", number.abs());
    if shown.bytes().all(|byte| matches!(byte, b'0' | b'.')) {
        return shown;
    }
    format!("{}{shown}", if number < 0.0 { '\u{2212}' } else { '+' })
}
