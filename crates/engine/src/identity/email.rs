//! E-mail addresses in one form.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::domains::in_ascii;
use super::text::is_invisible;

/// The longest address (RFC 5321: a path of 256 with its angle brackets), in bytes.
const ADDRESS_BYTES_MAX: usize = 254;
/// The longest text that an address is looked for in: it may have a name before it.
const TEXT_BYTES_MAX: usize = 512;
const LOCAL_BYTES_MAX: usize = 64;

/// Mailboxes that stand for a function: nobody is the same person for sharing one (RFC 2142 and use).
const FUNCTIONS: &[&str] = &[
    "abuse",
    "accounting",
    "accounts",
    "admin",
    "administrator",
    "billing",
    "booking",
    "bookings",
    "careers",
    "contact",
    "customerservice",
    "enquiries",
    "enquiry",
    "feedback",
    "finance",
    "hello",
    "help",
    "helpdesk",
    "hostmaster",
    "hr",
    "info",
    "inquiries",
    "inquiry",
    "invoice",
    "invoices",
    "it",
    "jobs",
    "kontakt",
    "legal",
    "mail",
    "mailbox",
    "marketing",
    "media",
    "newsletter",
    "no-reply",
    "noreply",
    "office",
    "orders",
    "postmaster",
    "press",
    "privacy",
    "purchasing",
    "reception",
    "sales",
    "security",
    "service",
    "spam",
    "subscribe",
    "support",
    "team",
    "unsubscribe",
    "vertrieb",
    "webmaster",
    "welcome",
];

/// An address, read.
#[derive(Clone, PartialEq, Eq)]
pub struct Email {
    address: String,
    at: usize,
    /// Whether a label of the domain mixes scripts or is wholly of letters that look Latin.
    pub mixed_script: bool,
}

/// Reads an address: one mailbox, with or without a display name (`Ada <ada@acme.com>`). The case of
/// both halves is folded, and the domain is in its ASCII form (UTS 46). A tag (`ada+news@`) belongs to the mailbox.
pub fn read_email(text: &str) -> Option<Email> {
    let text = mailbox(text.trim())?;
    let at = text.rfind('@')?;
    let local = read_local(&text[..at])?;
    let shown = text[at + 1..].trim_end_matches('.');
    let domain = in_ascii(shown)?;
    let readable = domain.contains('.') && !domain.starts_with('.') && !domain.contains("..");
    if !readable || domain.len() > 253 || domain.parse::<std::net::Ipv4Addr>().is_ok() {
        return None;
    }
    // RFC 2606: such an address is meant to reach nobody.
    if domain.ends_with(".invalid") || local.len() + 1 + domain.len() > ADDRESS_BYTES_MAX {
        return None;
    }
    let mixed_script = !shown.is_ascii() && is_mixed_script(shown);
    Some(Email { at: local.len(), address: format!("{local}@{domain}"), mixed_script })
}

/// The mailbox alone, without a display name or a scheme around it.
fn mailbox(text: &str) -> Option<&str> {
    if text.len() > TEXT_BYTES_MAX {
        return None;
    }
    if let Some(rest) = text.strip_suffix('>') {
        let (name, address) = rest.rsplit_once('<')?;
        let quoted = name.trim().starts_with('"') && name.trim().ends_with('"');
        let several = !quoted && name.contains(['<', '>', '@', ',']);
        return (!several).then_some(address.trim());
    }
    let bare = text.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("mailto:"));
    Some(bare.map_or(text, |scheme| {
        let address = &text[scheme.len()..];
        address.split('?').next().unwrap_or_default()
    }))
}

impl Email {
    /// What stands before the `@`.
    pub fn local(&self) -> &str {
        &self.address[..self.at]
    }

    /// What stands behind the `@`, in ASCII.
    pub fn domain(&self) -> &str {
        &self.address[self.at + 1..]
    }

    /// The whole address.
    pub fn into_address(self) -> String {
        self.address
    }

    /// Whether the mailbox stands for a function rather than a person.
    pub fn is_function(&self) -> bool {
        let name = self.local().split('+').next().unwrap_or_default();
        FUNCTIONS.binary_search(&name).is_ok()
    }
}

fn read_local(local: &str) -> Option<String> {
    if local.is_empty() || local.len() > LOCAL_BYTES_MAX || local.chars().any(is_invisible) {
        return None;
    }
    let folded = if local.is_ascii() {
        local.to_ascii_lowercase()
    } else {
        local.nfc().collect::<String>().to_lowercase()
    };
    if let Some(quoted) = folded.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        return read_quoted(quoted);
    }
    let allowed = |character: char| {
        character.is_alphanumeric()
            || is_combining_mark(character)
            || "!#$%&'*+-/=?^_`{|}~.".contains(character)
    };
    if folded.starts_with(is_combining_mark) {
        return None;
    }
    let dots = folded.starts_with('.') || folded.ends_with('.') || folded.contains("..");
    (!dots && folded.chars().all(allowed)).then_some(folded)
}

/// A quoted local part that needs no quotes is the same mailbox without them.
fn read_quoted(quoted: &str) -> Option<String> {
    let mut plain = String::with_capacity(quoted.len());
    let mut characters = quoted.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => plain.push(characters.next()?),
            '"' => return None,
            other => plain.push(other),
        }
    }
    let bare = !plain.is_empty()
        && plain.chars().all(|character| character.is_alphanumeric() || "+-_.".contains(character))
        && !plain.starts_with('.')
        && !plain.ends_with('.')
        && !plain.contains("..");
    if plain.is_empty() {
        None
    } else if bare {
        Some(plain)
    } else {
        Some(format!("\"{}\"", plain.replace('\\', "\\\\").replace('"', "\\\"")))
    }
}

/// Whether a label mixes Latin with another script, or consists of Cyrillic or Greek letters that
/// look like Latin ones alone (the case of `аcme.com` with a Cyrillic а).
fn is_mixed_script(domain: &str) -> bool {
    let confusable = |character: char| "асеорхуіјѕԁһԛԝүαοενρτυικ".contains(character);
    domain.split('.').any(|label| {
        let letters = || label.chars().filter(|character| character.is_alphabetic());
        let latin = letters().any(|c| c.is_ascii() || ('\u{00c0}'..='\u{024f}').contains(&c));
        let cyrillic = letters().any(|c| ('\u{0400}'..='\u{052f}').contains(&c));
        let greek = letters().any(|c| ('\u{0370}'..='\u{03ff}').contains(&c));
        let mixed = usize::from(latin) + usize::from(cyrillic) + usize::from(greek) > 1;
        let imitation = !latin && (cyrillic || greek) && letters().all(confusable);
        mixed || imitation
    })
}
