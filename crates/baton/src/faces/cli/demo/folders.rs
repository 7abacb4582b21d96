//! Where a demo stands: a data folder, a configuration as somebody would write it, and what lies
//! outside the folder.

use std::fmt::Write as _;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use domain::signal::IdentifierKind;
use rehearsal::world::DemoSource;

use super::super::call::Call;
use super::super::ending::Failure;
use super::super::text::{quoted, shown_path};
use super::receiver::SECRET;
use crate::config::Config;
use crate::config::folder::FILE;
use crate::runtime::clock;

#[cfg(test)]
mod tests;

/// Where a demo listens where that is free.
const PORT: u16 = 8080;

/// What a source may verify.
const KINDS: [IdentifierKind; 4] = [
    IdentifierKind::ExternalId,
    IdentifierKind::Email,
    IdentifierKind::Phone,
    IdentifierKind::Cookie,
];

/// The folders of a demo.
pub(super) struct DemoFolders {
    /// The data folder.
    pub(super) data: PathBuf,
    /// What the demo writes beside it: the archive and the secrets.
    beside: PathBuf,
    /// What is removed at the end; nothing where the folder was named.
    temporary: Option<PathBuf>,
}

impl DemoFolders {
    /// Makes the folders: new ones that go again, or beside the one that was named.
    pub(super) fn lay(call: &Call) -> Result<Self, Failure> {
        let ground = if let Some(named) = call.named_data() {
            Self::beside(named)?
        } else {
            let name = format!("baton-demo-{}", std::process::id());
            let folder = std::env::temp_dir().join(name);
            make(&folder).map_err(cannot)?;
            Self {
                data: folder.join("data"),
                beside: folder.join("outside"),
                temporary: Some(folder),
            }
        };
        make(&ground.data).map_err(cannot)?;
        make(&ground.beside).map_err(cannot)?;
        Ok(ground)
    }

    /// In a folder that somebody named, which must be empty.
    fn beside(named: &Path) -> Result<Self, Failure> {
        if fs::read_dir(named).is_ok_and(|mut inside| inside.next().is_some()) {
            let shown = shown_path(named);
            let says =
                format!("`{shown}` has something in it, and a demo begins with an empty folder");
            let data = quoted(&named.display().to_string());
            let help = vec![
                format!("to go on with what is there: baton serve --data {data}"),
                format!(
                    "to begin anew: remove `{shown}` and the folder beside it, or name another one"
                ),
            ];
            return Err(Failure::wrong("demo-folder-taken", says).with_help(help));
        }
        // Whole, since a relative path in the configuration counts from the configuration's folder;
        // and without a slash at its end, so that the other folder stands beside this one.
        let data: PathBuf = std::path::absolute(named).map_err(cannot)?.components().collect();
        let mut beside = data.clone().into_os_string();
        beside.push("-outside");
        Ok(Self { data, beside: beside.into(), temporary: None })
    }

    /// Lets whoever opens the folder later ask the clock of the demo's world.
    pub(super) fn keep_clock(&self) -> Result<(), Failure> {
        clock::keep(&self.data).map_err(cannot)
    }

    /// Whether they stay when the demo ends.
    pub(super) const fn stay(&self) -> bool {
        self.temporary.is_none()
    }

    /// Removes what nobody named.
    pub(super) fn clear(&self) -> Result<(), Failure> {
        match &self.temporary {
            Some(folder) => fs::remove_dir_all(folder).map_err(cannot),
            None => Ok(()),
        }
    }

    /// Writes the configuration and reads it as every verb does.
    pub(super) fn configured(&self, receiver: SocketAddr, call: &Call) -> Result<Config, Failure> {
        let mut text = String::from("# The demo's configuration, as you would write it.\n");
        for demo_source in DemoSource::ALL {
            let (name, kind) = (demo_source.name(), demo_source.kind());
            let verified = |kind: &&IdentifierKind| demo_source.verifies().has(**kind);
            let verifies: Vec<String> =
                KINDS.iter().filter(verified).map(|kind| format!("{:?}", kind.name())).collect();
            let credential = self.secret(name, &key(demo_source)).map_err(cannot)?;
            let _ = write!(
                text,
                "\n[sources.{name}]\nkind = \"{kind}\"\nverifies = [{}]\ncredential = {credential:?}\n",
                verifies.join(", ")
            );
        }
        let secret = self.secret("crm-hook", SECRET).map_err(cannot)?;
        let archive = self.beside.join("archive.jsonl").display().to_string();
        let _ = write!(
            text,
            "\n[destinations.crm-hook]\nkind = \"webhook\"\nendpoint = \"http://{receiver}/crm\"\ncredential = {secret:?}\n\
             \n[destinations.archive]\nkind = \"file\"\npath = {archive:?}\n\
             \n[network]\nallow_private = [\"127.0.0.1/32\"]\n"
        );
        write(&self.data.join(FILE), &text).map_err(cannot)?;
        call.at(&self.data).configured()
    }

    /// Keeps a secret in a file of its own, and gives the reference to it.
    fn secret(&self, name: &str, secret: &str) -> io::Result<String> {
        let path = self.beside.join(format!("{name}.secret"));
        write(&path, secret)?;
        Ok(format!("file:{}", path.display()))
    }
}

/// The key that each source sends with.
pub(super) fn keys() -> Vec<(DemoSource, String)> {
    DemoSource::ALL.into_iter().map(|demo_source| (demo_source, key(demo_source))).collect()
}

/// Where to listen: as asked, else where people look first, else anywhere.
pub(super) fn listen_at(asked: Option<SocketAddr>) -> SocketAddr {
    let first = SocketAddr::from(([127, 0, 0, 1], PORT));
    asked.unwrap_or_else(|| match TcpListener::bind(first) {
        Ok(_free) => first,
        Err(_) => SocketAddr::from(([127, 0, 0, 1], 0)),
    })
}

/// A source's key. The demo's world is nobody's, and so are its keys.
fn key(demo_source: DemoSource) -> String {
    format!("demo-{}", demo_source.name())
}

fn make(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut file =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())
}

fn cannot(error: io::Error) -> Failure {
    Failure::unable(
        "demo-failed",
        format!("a folder or file of the demo could not be used: {error}"),
    )
}
