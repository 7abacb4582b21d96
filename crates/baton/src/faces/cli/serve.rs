//! `baton serve`: the server, until it is told to end.

use std::io;
use std::net::SocketAddr;

use clap::Args;
use store::{Read, StoreError};
use tracing::{info, warn};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::call::Call;
use super::ending::{Ending, Failure};
use super::harmless::{Colours, LogOut};
use crate::config::resolved::ServeConfig;
use crate::faces::serving::{self, Running, Signals};
use crate::local::refusal::with_causes;
use crate::runtime::RuntimeError;

/// Serve the API over the data folder, until SIGTERM or SIGINT
///
/// Without a strategy in force signals are kept and held as no-strategy. SIGHUP reads the configuration
/// again and says what is wrong with it; changes take effect at the next start. Certificate and key of the
/// listener are read again at once, as whenever their files change.
#[derive(Args)]
#[command(after_help = "Examples:
  baton serve
  baton serve --data /var/lib/baton --listen 127.0.0.1:8080")]
pub(super) struct Arguments {
    /// Where to listen [default: as configured, else 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
}

pub(super) fn run(arguments: &Arguments, call: &Call) -> Result<Ending, Failure> {
    let config = call.configured()?;
    let serving = config.serving(&call.data, arguments.listen)?;
    refuse_open(&serving, call)?;
    log(&config.telemetry.log);
    let running = serving::serve(serving, Signals::Heard).and_then(Running::wait_ready)?;
    call.terminal.aside(&format!("listens on {}://{}", running.scheme(), running.address()));
    running.until_signal_or(|| reread(arguments, call))?;
    Ok(Ending::Done)
}

/// Reads the configuration again and says what is wrong with it. What it says counts from the next
/// start on: a half that is new beside a half that is old would be a third thing that nobody wrote.
fn reread(arguments: &Arguments, call: &Call) {
    let serving =
        call.configured().and_then(|config| Ok(config.serving(&call.data, arguments.listen)?));
    match serving.and_then(|serving| refuse_open(&serving, call)) {
        Ok(()) => info!("The configuration can be served; it counts from the next start on."),
        Err(failure) => {
            let why = failure.told().map_or("config-wrong", |told| &told.code);
            warn!(
                code = why,
                "The configuration cannot be served, and the one of the start goes on."
            );
        }
    }
}

/// An address that others reach needs somebody who may come in; without a key nobody could, and
/// nobody would notice.
fn refuse_open(serving: &ServeConfig, call: &Call) -> Result<(), Failure> {
    let configured = serving.sources.values();
    let has_credential =
        configured.clone().any(|known| known.credential.is_some() || !known.secrets.is_empty());
    if serving.listen.ip().is_loopback() || has_credential {
        return Ok(());
    }
    let keys = match store::sqlite::Reader::open(&call.data) {
        Ok(reader) => reader.keys()?,
        Err(StoreError::NoFolder(_)) => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    if keys.iter().any(|key| key.revoked.is_none()) {
        return Ok(());
    }
    let says = format!(
        "others can reach {}, and there is no key to tell them apart; run `baton key create` first, or listen on 127.0.0.1",
        serving.listen
    );
    Err(Failure::wrong("listen-open", says))
}

/// Logs to standard error, coloured on a terminal alone.
fn log(filter: &str) {
    let targets: Targets = filter.parse().unwrap_or_default();
    let colours = io::IsTerminal::is_terminal(&io::stderr()) && !crate::config::folder::no_color();
    let kept = if colours { Colours::Kept } else { Colours::None };
    let line = move || LogOut::new(io::stderr(), kept);
    let lines = tracing_subscriber::fmt::layer().with_writer(line).with_ansi(colours);
    // Somebody who embeds us may log already.
    drop(tracing_subscriber::registry().with(targets).with(lines).try_init());
}

impl From<RuntimeError> for Failure {
    fn from(error: RuntimeError) -> Self {
        let says = with_causes(&error);
        match error {
            RuntimeError::Store(error) => error.into(),
            RuntimeError::Crank(error) => crate::local::Refusal::from(error).into(),
            RuntimeError::Listen { .. } => Self::unable("listen-failed", says),
            RuntimeError::System(_)
            | RuntimeError::Policies(_)
            | RuntimeError::Courier(_)
            | RuntimeError::Commit(_)
            | RuntimeError::Panicked => Self::unable("server-failed", says),
        }
    }
}
