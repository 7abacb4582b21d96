//! What every verb is given: where the data is, who is told what, and who asks.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use domain::signal::SourceName;
use store::sqlite::Reader;

use super::ending::Failure;
use super::terminal::Terminal;
use crate::config::resolved::SourceSettings;
use crate::config::serving::http_map;
use crate::config::{self, Config, ConfigError};
use crate::local::Executor;

/// What every verb takes.
#[derive(Args)]
pub(super) struct Common {
    /// The data folder [default: $BATON_DATA, else ./baton-data]
    #[arg(long, value_name = "DIR", global = true, help_heading = "For every verb")]
    data: Option<PathBuf>,
    /// The configuration [default: baton.toml in the folder]
    #[arg(long, value_name = "FILE", global = true, help_heading = "For every verb")]
    config: Option<PathBuf>,
    /// Print JSON, and nothing else, on standard output
    #[arg(long, global = true, help_heading = "For every verb")]
    json: bool,
}

/// A call of the program.
pub(super) struct Call {
    pub(super) data: PathBuf,
    /// The folder as it was typed; none where nobody did.
    typed: Option<PathBuf>,
    config: Option<PathBuf>,
    pub(super) terminal: Terminal,
}

impl Call {
    pub(super) fn new(common: Common) -> Self {
        Self {
            data: config::data_folder(common.data.as_deref()),
            typed: common.data,
            config: common.config,
            terminal: Terminal::new(common.json),
        }
    }

    /// The folder that was typed, for those who make one of their own otherwise.
    pub(super) const fn named_data(&self) -> Option<&PathBuf> {
        self.typed.as_ref()
    }

    /// The same call over another folder, with the configuration that lies in it.
    pub(super) fn at(&self, data: &Path) -> Self {
        Self {
            data: data.to_owned(),
            typed: None,
            config: None,
            terminal: Terminal::new(self.terminal.json),
        }
    }

    /// What is configured. What is written wrongly is drawn.
    pub(super) fn configured(&self) -> Result<Config, Failure> {
        match Config::load(self.config.as_deref(), &self.data) {
            Err(ConfigError::Wrong { sources, diagnostics, .. }) => {
                self.terminal.draw(&sources, &diagnostics);
                Err(Failure::Drawn)
            }
            loaded => Ok(loaded?),
        }
    }

    /// Whoever holds the folder; it is made where it is not there.
    pub(super) fn executor(&self) -> Result<Executor, Failure> {
        let sources = self.sources()?;
        Ok(self.told_of(Executor::take(&self.data, sources)?))
    }

    /// Whoever holds the folder, which must be there.
    pub(super) fn known_executor(&self) -> Result<Executor, Failure> {
        let sources = self.sources()?;
        Ok(self.told_of(Executor::take_known(&self.data, sources)?))
    }

    /// Warns of what was found when this process opened the folder.
    fn told_of(&self, executor: Executor) -> Executor {
        for finding in executor.findings() {
            let says = format!("{}: {}: {}", finding.code, finding.place, finding.says);
            self.terminal.warn(&says);
        }
        executor
    }

    /// A reader of the folder, beside whoever holds it.
    pub(super) fn reader(&self) -> Result<Reader, Failure> {
        Ok(Reader::open(&self.data)?)
    }

    /// What reading a quarantined item again needs to know of its source: no secrets.
    fn sources(&self) -> Result<BTreeMap<SourceName, SourceSettings>, Failure> {
        let config = self.configured()?;
        let known = config.sources.into_values().map(|source| {
            // A map that cannot be read is told by `serve`; its entries then need one.
            let map = http_map(&source).ok().flatten();
            let settings = SourceSettings {
                map,
                verifies: source.verifies,
                contract: source.contract.clone(),
                ..SourceSettings::of(source.kind)
            };
            (source.name, settings)
        });
        Ok(known.collect())
    }
}
