//! What a domain says: a company, or a provider that many people share.

use std::borrow::Cow;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;

/// What stands behind a domain.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DomainClass {
    /// One company's.
    Business,
    /// A provider of free mail.
    FreeMail,
    /// Addresses for an hour.
    Disposable,
    /// Many companies' or none's.
    Shared,
}

/// The part of a domain that somebody registered, in ASCII and lower case; none for a public suffix
/// alone, an address literal or what is no domain. A domain under an unlisted suffix is registrable
/// at its last two labels.
pub fn registrable(domain: &str) -> Option<Cow<'_, str>> {
    if is_plain_host(domain) {
        return psl::domain_str(domain).map(Cow::Borrowed);
    }
    let trimmed = domain.trim().trim_end_matches('.');
    let host = trimmed.split_once("://").map_or(trimmed, |(_, rest)| rest);
    let host = host.split(['/', '?', '#', ':']).next().unwrap_or_default();
    if host.is_empty() || host.len() > 253 || host.parse::<std::net::Ipv4Addr>().is_ok() {
        return None;
    }
    let ascii = in_ascii(host)?;
    psl::domain_str(&ascii).map(|domain| Cow::Owned(domain.to_owned()))
}

/// Whether a host is in its one form as it stands, and no address: its last label begins with a letter.
/// Most are.
fn is_plain_host(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or_default();
    last.as_bytes().first().is_some_and(u8::is_ascii_lowercase)
        && !host.bytes().any(|byte| byte.is_ascii_uppercase())
        && has_plain_labels(host)
}

/// A host in its ASCII form (UTS 46, strict). Most are in it already, but for their case.
pub(super) fn in_ascii(host: &str) -> Option<String> {
    if has_plain_labels(host) {
        return Some(host.to_ascii_lowercase());
    }
    idna::domain_to_ascii_strict(host).ok()
}

fn has_plain_labels(host: &str) -> bool {
    host.len() <= 253 && host.as_bytes().split(|byte| *byte == b'.').all(is_plain_label)
}

/// Letters, digits and hyphens within, and none of the prefixes that mean something (`xn--`).
fn is_plain_label(bytes: &[u8]) -> bool {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
    (1..=63).contains(&bytes.len())
        && bytes.iter().all(plain)
        && bytes[0] != b'-'
        && bytes[bytes.len() - 1] != b'-'
        && bytes.get(2..4) != Some(b"--")
}

/// What stands behind a registrable domain.
pub fn classify(registrable: &str) -> DomainClass {
    static LISTED: LazyLock<FxHashMap<&str, DomainClass>> = LazyLock::new(|| {
        let lists = [
            (FREE_MAIL, DomainClass::FreeMail),
            (DISPOSABLE, DomainClass::Disposable),
            (SHARED, DomainClass::Shared),
        ];
        let each =
            lists.into_iter().flat_map(|(list, class)| list.iter().map(move |one| (*one, class)));
        each.collect()
    });
    LISTED.get(registrable).copied().unwrap_or(DomainClass::Business)
}

/// Providers where anybody has an address. In order.
const FREE_MAIL: &[&str] = &[
    "126.com",
    "139.com",
    "163.com",
    "aim.com",
    "aol.com",
    "arcor.de",
    "att.net",
    "bellsouth.net",
    "bigpond.com",
    "bluewin.ch",
    "bol.com.br",
    "btinternet.com",
    "caramail.com",
    "centurylink.net",
    "charter.net",
    "comcast.net",
    "cox.net",
    "daum.net",
    "earthlink.net",
    "email.cz",
    "fastmail.com",
    "fastmail.fm",
    "free.fr",
    "freenet.de",
    "frontier.com",
    "gmail.com",
    "gmx.at",
    "gmx.ch",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hanmail.net",
    "hey.com",
    "home.nl",
    "hotmail.co.uk",
    "hotmail.com",
    "hotmail.de",
    "hotmail.es",
    "hotmail.fr",
    "hotmail.it",
    "icloud.com",
    "inbox.com",
    "inbox.lv",
    "interia.pl",
    "juno.com",
    "kpnmail.nl",
    "laposte.net",
    "libero.it",
    "live.be",
    "live.ca",
    "live.co.uk",
    "live.com",
    "live.fr",
    "live.nl",
    "mac.com",
    "mail.com",
    "mail.ru",
    "mailbox.org",
    "me.com",
    "mindspring.com",
    "msn.com",
    "naver.com",
    "netscape.net",
    "netzero.net",
    "ntlworld.com",
    "o2.pl",
    "onet.pl",
    "optonline.net",
    "orange.fr",
    "outlook.com",
    "outlook.de",
    "outlook.es",
    "outlook.fr",
    "planet.nl",
    "pm.me",
    "posteo.de",
    "proton.me",
    "protonmail.ch",
    "protonmail.com",
    "qq.com",
    "rediffmail.com",
    "rocketmail.com",
    "sapo.pt",
    "sbcglobal.net",
    "seznam.cz",
    "sfr.fr",
    "shaw.ca",
    "sina.com",
    "sky.com",
    "sohu.com",
    "sympatico.ca",
    "t-online.de",
    "talktalk.net",
    "telenet.be",
    "terra.com.br",
    "tiscali.it",
    "tuta.com",
    "tutanota.com",
    "uol.com.br",
    "verizon.net",
    "virgilio.it",
    "virginmedia.com",
    "wanadoo.fr",
    "web.de",
    "windowslive.com",
    "wp.pl",
    "xs4all.nl",
    "yahoo.ca",
    "yahoo.co.in",
    "yahoo.co.jp",
    "yahoo.co.uk",
    "yahoo.com",
    "yahoo.com.au",
    "yahoo.com.br",
    "yahoo.de",
    "yahoo.es",
    "yahoo.fr",
    "yahoo.it",
    "yandex.com",
    "yandex.ru",
    "yeah.net",
    "ymail.com",
    "ziggo.nl",
    "zoho.com",
];

/// Addresses made to be thrown away. In order.
const DISPOSABLE: &[&str] = &[
    "10minutemail.com",
    "33mail.com",
    "burnermail.io",
    "discard.email",
    "dispostable.com",
    "emailondeck.com",
    "fakeinbox.com",
    "getairmail.com",
    "getnada.com",
    "grr.la",
    "guerrillamail.com",
    "guerrillamail.net",
    "harakirimail.com",
    "inboxkitten.com",
    "mail-temp.com",
    "mail7.io",
    "mailcatch.com",
    "maildrop.cc",
    "mailexpire.com",
    "mailinator.com",
    "mailnesia.com",
    "mailnull.com",
    "mailsac.com",
    "mintemail.com",
    "moakt.com",
    "mohmal.com",
    "mytemp.email",
    "mytrashmail.com",
    "nada.email",
    "sharklasers.com",
    "spam4.me",
    "spambox.us",
    "spamgourmet.com",
    "temp-mail.io",
    "temp-mail.org",
    "tempail.com",
    "tempinbox.com",
    "tempmail.com",
    "tempmailo.com",
    "tempr.email",
    "throwawaymail.com",
    "trash-mail.com",
    "trashmail.com",
    "trashmail.de",
    "yopmail.com",
    "yopmail.fr",
];

/// Domains that many companies use, or that stand for examples. In order.
const SHARED: &[&str] = &[
    "amazonaws.com",
    "anonaddy.com",
    "azurewebsites.net",
    "cloudflare.net",
    "duck.com",
    "facebook.com",
    "googleusercontent.com",
    "instagram.com",
    "linkedin.com",
    "localhost",
    "mozmail.com",
    "onmicrosoft.com",
    "privaterelay.appleid.com",
    "relay.firefox.com",
    "sharepoint.com",
    "simplelogin.com",
    "twitter.com",
    "wixsite.com",
    "wordpress.com",
    "x.com",
];

#[cfg(test)]
pub(super) fn lists() -> [&'static [&'static str]; 3] {
    [FREE_MAIL, DISPOSABLE, SHARED]
}
