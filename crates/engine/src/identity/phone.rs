//! Phone numbers in E.164, with their extension.

/// The fewest digits behind `+` that are taken without a second look.
const DIGITS_MIN: usize = 8;
/// The most digits of E.164.
const DIGITS_MAX: usize = 15;
/// The most digits of an extension.
const EXTENSION_MAX: usize = 10;
/// What stands before an extension, the longest first.
const EXTENSION_MARKS: [&str; 14] = [
    ";ext=",
    "extension",
    "durchwahl",
    "anexo",
    "ramal",
    "ext.",
    "ext",
    "int.",
    "poste",
    "dw",
    "app.",
    "x",
    "#",
    ",",
];

/// Reads a number that names its country (`+49 30 901820`, `tel:+44-20-7946-0018;ext=12`). The form is
/// E.164, and an extension behind `;ext=`: two callers of one switchboard are two people. A number
/// without a country is not read: which one was meant cannot be known.
pub fn read_phone(text: &str) -> Option<String> {
    if text.len() > 96 {
        return None;
    }
    let plain = |text: &str| text.strip_prefix('+').is_some_and(is_plain);
    if plain(text) {
        return Some(present_form(text.to_owned()));
    }
    let folded = folded(text);
    let bare = ["tel:", "callto:", "phone:"].iter().find_map(|scheme| folded.strip_prefix(scheme));
    let bare = bare.unwrap_or(&folded).trim();
    let (number, extension) = split_extension(bare)?;
    let number = number.split(';').next().unwrap_or_default().trim();
    let digits = number.strip_prefix('+').or_else(|| number.strip_prefix("00"))?;
    let written = if is_plain(digits) {
        format!("+{digits}")
    } else {
        let number = phonenumber::parse(None, format!("+{digits}")).ok()?;
        number.format().mode(phonenumber::Mode::E164).to_string()
    };
    plain(&written).then(|| {
        let number = present_form(written);
        if extension.is_empty() { number } else { format!("{number};ext={extension}") }
    })
}

/// Lower case, every kind of blank and hyphen as one of ASCII, digits of full width as digits.
fn folded(text: &str) -> String {
    let fold = |character: char| match character {
        '\u{ff10}'..='\u{ff19}' => char::from(b'0' + (character as u32 - 0xff10) as u8),
        '\u{ff0b}' => '+',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        white if white.is_whitespace() => ' ',
        other => other,
    };
    let seen = text.chars().filter(|character| !super::text::is_invisible(*character));
    seen.map(fold).collect::<String>().trim().to_lowercase()
}

/// A number and the digits of its extension; none where what stands behind the mark is no extension.
fn split_extension(text: &str) -> Option<(&str, String)> {
    let Some((at, mark)) = EXTENSION_MARKS
        .iter()
        .filter_map(|mark| Some((text.find(mark)?, *mark)))
        .min_by_key(|(at, mark)| (*at, usize::MAX - mark.len()))
    else {
        return Some((text, String::new()));
    };
    let rest = text[at + mark.len()..].split(';').next().unwrap_or_default();
    let rest = rest.trim_matches([' ', '.', ':', '=', ',', '#', '-', '(', ')']);
    let digits: String = rest.chars().filter(|character| !" -".contains(*character)).collect();
    let fits = (1..=EXTENSION_MAX).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| (text[..at].trim_end_matches([' ', '(', ',', ';', '-', '/']), digits))
}

/// Forms that were in use until a country changed its numbers: the `1` of Mexican mobiles (until 2019),
/// Brazilian mobiles without their `9` (until 2016).
fn present_form(number: String) -> String {
    if let Some(rest) = number.strip_prefix("+521").filter(|rest| rest.len() == 10) {
        return format!("+52{rest}");
    }
    if let Some(rest) = number.strip_prefix("+55").filter(|rest| rest.len() == 10) {
        let (area, local) = rest.split_at(2);
        if local.starts_with(['6', '7', '8', '9']) {
            return format!("+55{area}9{local}");
        }
    }
    number
}

fn is_plain(digits: &str) -> bool {
    (DIGITS_MIN..=DIGITS_MAX).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && !digits.starts_with('0')
}
