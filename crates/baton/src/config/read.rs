//! How `baton.toml` is read: over the defaults that are built in.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use connectors::reading::VerifiedKinds;
use domain::signal::{IdentifierKind, SourceName};
use notation::{Diagnostic, Diagnostics, FileId, Sources, Span};
use toml::de::DeTable;

use super::destination::{self, Destination};
use super::listen::{self, Listen};
use super::mask::mask;
use super::settings::{Bounds, KINDS, Network, Source, SourceKind, Telemetry, kind as source_kind};
use super::sign_in::{self, SignIn};
use super::table::Table;
use super::verify;

/// Every setting with its meaning and default.
pub(super) const DEFAULTS: &str = include_str!("../../../../config/baton.default.toml");
/// The largest file that is read, in bytes.
const BYTES_MAX: u64 = 1 << 20;

/// What is configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Where the server listens.
    pub listen: Listen,
    /// How people sign in.
    pub sign_in: SignIn,
    /// Who sends, by name.
    pub sources: BTreeMap<String, Source>,
    /// Where to, by name.
    pub destinations: BTreeMap<String, Destination>,
    /// Where the courier may go.
    pub network: Network,
    /// What is logged.
    pub telemetry: Telemetry,
    /// How much memory is used.
    pub bounds: Bounds,
}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// What it says is wrong, and where.
    #[error("`{path}` has {} to mend", count(.diagnostics.errors()))]
    Wrong {
        /// Which file.
        path: PathBuf,
        /// Its text, without what may be secret.
        sources: Sources,
        /// What is wrong.
        diagnostics: Diagnostics,
    },
    /// Others may write to it.
    #[error("`{path}` can be written by others (mode {mode:o}); run `chmod go-w {path}`")]
    OpenToOthers {
        /// Which file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// It is a link, or no file at all.
    #[error("`{0}` is a link or no plain file; name the file itself")]
    NoFile(PathBuf),
    /// It is too large or no text.
    #[error("`{0}` is no configuration: it is larger than 1 MiB or no UTF-8")]
    NoText(PathBuf),
    /// It could not be read.
    #[error("`{path}` could not be read")]
    Unread {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        #[source]
        cause: io::Error,
    },
}

impl ConfigError {
    /// The name of its help page.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Wrong { .. } => "config-wrong",
            Self::OpenToOthers { .. } => "file-open-to-others",
            Self::NoFile(_) | Self::NoText(_) | Self::Unread { .. } => "config-unread",
        }
    }
}

fn count(errors: usize) -> String {
    if errors == 1 { "1 thing".to_owned() } else { format!("{errors} things") }
}

impl Default for Config {
    /// What is built in.
    fn default() -> Self {
        let mut sources = Sources::new();
        let mut out = Diagnostics::new();
        let file = sources.add("baton.default.toml", DEFAULTS.to_owned());
        let nothing = Self {
            listen: Listen::at(([127, 0, 0, 1], 8080).into()),
            sign_in: SignIn::default(),
            sources: BTreeMap::new(),
            destinations: BTreeMap::new(),
            network: Network::default(),
            bounds: Bounds {
                accounts_mib: 256,
                queued_bodies_mib: 8,
                requests_mib: 96,
                snapshot_entries: 1_000,
            },
            telemetry: Telemetry { log: "info".to_owned() },
        };
        read(DEFAULTS, file, Path::new("."), nothing, &mut out)
            .expect("the defaults that are built in can be read")
    }
}

impl Config {
    /// Reads the file that was named, else the one in the data folder, else what is built in. A
    /// broken file changes nothing of what is in use: there is an error and no configuration.
    pub fn load(named: Option<&Path>, data: &Path) -> Result<Self, ConfigError> {
        if let Some(named) = named {
            return Self::from_file(named);
        }
        let own = data.join(super::folder::FILE);
        // A link that leads nowhere is still a link.
        if own.symlink_metadata().is_ok() { Self::from_file(&own) } else { Ok(Self::default()) }
    }

    fn from_file(path: &Path) -> Result<Self, ConfigError> {
        let unread = |cause| ConfigError::Unread { path: path.to_owned(), cause };
        let known = path.symlink_metadata().map_err(unread)?;
        if !known.is_file() {
            return Err(ConfigError::NoFile(path.to_owned()));
        }
        let mode = known.permissions().mode() & 0o7777;
        if mode & 0o022 != 0 {
            return Err(ConfigError::OpenToOthers { path: path.to_owned(), mode });
        }
        if known.len() > BYTES_MAX {
            return Err(ConfigError::NoText(path.to_owned()));
        }
        let bytes = fs::read(path).map_err(unread)?;
        let text = String::from_utf8(bytes).map_err(|_| ConfigError::NoText(path.to_owned()))?;
        Self::from_text(&text, path)
    }

    /// Reads a text as the file at `path`, over what is built in.
    pub fn from_text(text: &str, path: &Path) -> Result<Self, ConfigError> {
        let mut sources = Sources::new();
        let file = sources.add(&path.display().to_string(), mask(text));
        let mut out = Diagnostics::new();
        let folder = path.parent().unwrap_or(Path::new("."));
        let config = read(text, file, folder, Self::default(), &mut out);
        let path = path.to_owned();
        config.ok_or_else(|| ConfigError::Wrong { path, sources, diagnostics: out.sorted() })
    }
}

/// Reads a text over what is there; none where anything is wrong.
fn read(
    text: &str,
    file: FileId,
    folder: &Path,
    mut config: Config,
    out: &mut Diagnostics,
) -> Option<Config> {
    let root = match DeTable::parse(text) {
        Ok(root) => root,
        Err(error) => {
            let span = error.span().map_or(Span::top(file), |span| Span::of(file, span));
            out.push(Diagnostic::error("toml-syntax", span, error.message().trim().to_owned()));
            return None;
        }
    };
    let mut top = Table::new(root.get_ref(), file);
    if let Some(table) = top.table("listen", out) {
        listen::read(table, &mut config.listen, folder, out);
    }
    let section = top.value("sign-in").map(|(_, span)| span);
    if let Some((span, table)) = section.zip(top.table("sign-in", out)) {
        sign_in::read((table, span), &mut config.sign_in, folder, out);
    }
    if let Some(table) = top.table("network", out) {
        network(table, &mut config.network, folder, out);
    }
    if let Some(table) = top.table("keys", out) {
        keys(table, out);
    }
    if let Some(table) = top.table("bounds", out) {
        bounds(table, &mut config.bounds, out);
    }
    if let Some(table) = top.table("telemetry", out) {
        telemetry(table, &mut config.telemetry, out);
    }
    for (name, span, table) in top.tables("sources", out) {
        if let Some(source) = source(name, span, table, folder, out) {
            open_source(&source, span, &config.listen, out);
            config.sources.insert(name.to_owned(), source);
        }
    }
    for (name, span, table) in top.tables("destinations", out) {
        if let Some(destination) = destination::read(name, span, table, folder, out) {
            config.destinations.insert(name.to_owned(), destination);
        }
    }
    top.finish(out);
    (out.errors() == 0).then_some(config)
}

fn network(mut table: Table<'_>, network: &mut Network, folder: &Path, out: &mut Diagnostics) {
    if let Some(ranges) = table.texts("allow_private", out) {
        network.allow_private.clear();
        for (text, span) in ranges {
            match text.parse() {
                Ok(range) => network.allow_private.push(range),
                Err(error) => {
                    let error: super::network::RangeError = error;
                    out.push(Diagnostic::error("config-value", span, error.to_string()));
                }
            }
        }
    }
    if let Some((text, _)) = table.text("ca_file", out) {
        network.ca_file = Some(folder.join(text));
    }
    table.finish(out);
}

fn keys(mut table: Table<'_>, out: &mut Diagnostics) {
    if let Some((text, span)) = table.text("master", out)
        && text != "folder"
    {
        let says = "the master key is read from the data folder alone";
        out.push(Diagnostic::error("config-value", span, says).help("write \"folder\""));
    }
    table.finish(out);
}

fn bounds(mut table: Table<'_>, bounds: &mut Bounds, out: &mut Diagnostics) {
    if let Some(mib) = table.count("accounts_mib", Bounds::MIB_MAX, out) {
        bounds.accounts_mib = mib;
    }
    if let Some(mib) = table.count("queued_bodies_mib", Bounds::MIB_MAX, out) {
        bounds.queued_bodies_mib = mib;
    }
    if let Some(mib) = table.count("requests_mib", Bounds::MIB_MAX, out) {
        bounds.requests_mib = mib;
    }
    if let Some(entries) = table.count("snapshot_entries", Bounds::ENTRIES_MAX, out) {
        bounds.snapshot_entries = entries;
    }
    table.finish(out);
}

fn telemetry(mut table: Table<'_>, telemetry: &mut Telemetry, out: &mut Diagnostics) {
    if let Some((text, span)) = table.text("log", out) {
        if text.parse::<tracing_subscriber::filter::Targets>().is_ok() {
            text.clone_into(&mut telemetry.log);
        } else {
            let says = "this does not say what is logged";
            let help = "write error, warn, info, debug, trace or off";
            out.push(Diagnostic::error("config-value", span, says).help(help));
        }
    }
    table.finish(out);
}

fn source(
    name: &str,
    span: Span,
    mut table: Table<'_>,
    folder: &Path,
    out: &mut Diagnostics,
) -> Option<Source> {
    let name = match SourceName::new(name) {
        Ok(name) => Some(name),
        Err(error) => {
            out.push(Diagnostic::error("config-value", span, error.to_string()));
            None
        }
    };
    let kind = table.word("kind", span, &KINDS, out).and_then(source_kind);
    let mut kinds = Vec::new();
    for (text, span) in table.texts("verifies", out).unwrap_or_default() {
        if let Some(kind) = IdentifierKind::named(text) {
            kinds.push(kind);
        } else {
            let says = format!("there is no identifier `{text}`");
            let help = "known: external_id, email, phone, cookie, domain, company";
            out.push(Diagnostic::error("unknown-word", span, says).help(help));
        }
    }
    let credential = table.reference("credential", folder, out);
    let mut origins = Vec::new();
    for (text, span) in table.texts("origins", out).unwrap_or_default() {
        if is_origin(text) {
            origins.push(text.to_owned());
        } else {
            let says = "an origin is a scheme and a host, as in \"https://example.com\"";
            out.push(Diagnostic::error("config-value", span, says));
        }
    }
    let contract = table.text("contract", out).map(|(text, _)| text.to_owned());
    let map = table.text("map", out).map(|(text, _)| folder.join(text));
    let verify = table.table("verify", out);
    let verify = verify.and_then(|table| verify::read(table, span, folder, out));
    table.finish(out);
    let (name, kind) = (name?, kind?);
    check_mapped(kind, map.is_some(), verify.is_some(), span, out);
    let verifies = VerifiedKinds::of(kinds);
    let signed = match kind {
        SourceKind::Webhook => credential.is_some(),
        SourceKind::Http => true,
        SourceKind::CloudEvents | SourceKind::Segment | SourceKind::Import => false,
    };
    let verifies = if signed { verifies.signed() } else { verifies };
    Some(Source { name, kind, verifies, credential, origins, contract, map, verify })
}

/// An HTTP source is read by a map and known by a check; no other source has either.
fn check_mapped(kind: SourceKind, map: bool, verify: bool, span: Span, out: &mut Diagnostics) {
    let (says, help) = match (kind, map, verify) {
        (SourceKind::Http, true, true) => return,
        (SourceKind::Http, false, _) => {
            ("an HTTP source needs a map", "write `map = \"maps/NAME.yaml\"`")
        }
        (SourceKind::Http, true, false) => (
            "anybody could post as this source",
            "write `verify = { header = \"x-secret\", credential = \"env:NAME\" }`",
        ),
        (_, false, false) => return,
        (_, _, _) => ("only a source of kind \"http\" has `map` and `verify`", "write its kind"),
    };
    // What is wrong within `verify` was told.
    if out.errors() == 0 || !map || verify {
        out.push(Diagnostic::error("config-value", span, says).help(help));
    }
}

/// Whoever reaches the address may post to a webhook: without a secret there is nothing to tell
/// them from the source.
fn open_source(source: &Source, span: Span, listen: &Listen, out: &mut Diagnostics) {
    if listen.is_open() && source.kind == SourceKind::Webhook && source.credential.is_none() {
        let says = "anybody who reaches the address could post as this source";
        let help = "give it a `credential`, or listen on 127.0.0.1";
        out.push(Diagnostic::error("listen-open", span, says).help(help));
    }
}

fn is_origin(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|host| !host.is_empty() && !host.contains(['/', '@', ' ', '*']))
}
