//! Serving from the first connection to the last commit.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crank::{Crank, Ids};
use store::Read as _;
use store::chance::Chance;
use store::sqlite::{AcceptLinkFile, SessionFile, SqliteStore, UploadFile};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use tokio::time::sleep;
use tracing::{error, info, warn};

use super::socket::{self, SocketContext};
use super::undoing;
use crate::auth::policies::shipped;
use crate::auth::policies::table::PolicyTable;
use crate::auth::users::UserTable;
use crate::config::resolved::{ServeConfig, keep_contracts};
use crate::faces::api::app::App;
use crate::faces::api::certificates::Certificates;
use crate::faces::api::listen;
use crate::runtime::clock;
use crate::runtime::command::Command;
use crate::runtime::courier::Courier;
use crate::runtime::failure::RuntimeError;
use crate::runtime::identity_provider::IdentityProvider;
use crate::runtime::keeper::Keeper;
use crate::runtime::mailbox::Mailbox;
use crate::runtime::readers::Readers;
use crate::runtime::shared_state::SharedState;
use crate::service::figures::Effort;

/// How long threads that only wait are given when everything is over.
const LAST_PATIENCE: Duration = Duration::from_millis(500);
/// How long it waits before it looks again whether the folder is open.
const READY_PAUSE: Duration = Duration::from_millis(200);
/// How long figures rest once they are up to date.
const FIGURES_PAUSE: Duration = Duration::from_secs(2);
/// How long they rest while they are not: others get their turn.
const FIGURES_STEP: Duration = Duration::from_millis(5);

/// A server that runs.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    stopper: Stopper,
    /// Shared with nobody; the lock lets the server itself be.
    ready: Mutex<mpsc::Receiver<()>>,
    keeper: JoinHandle<Result<(), RuntimeError>>,
    runtime: Runtime,
    certificates: Option<Arc<Certificates>>,
    /// The signals that end it, where it hears them.
    ends: Option<StopSignals>,
}

/// Whether the signals of the process are the server's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Signals {
    /// SIGTERM and SIGINT end it in order, from before it listens.
    Heard,
    /// They are somebody else's business.
    Left,
}

/// Tells a server to end.
#[derive(Clone, Debug)]
pub struct Stopper(Arc<watch::Sender<bool>>);

impl Stopper {
    /// Takes no more, finishes what is under way and ends.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

/// Serves the data folder of the configuration. It listens at once and is ready when it has
/// recovered.
pub fn serve(config: ServeConfig, signals: Signals) -> Result<Running, RuntimeError> {
    let data = config.data.clone();
    start(config, signals, move || {
        let store = SqliteStore::open(&data, Chance::system())?;
        Ok(Crank::open(store, Ids::drawn())?)
    })
}

/// Serves a crank that is open already, whose folder is that of the configuration.
pub fn run(
    crank: Crank<SqliteStore>,
    config: ServeConfig,
    signals: Signals,
) -> Result<Running, RuntimeError> {
    start(config, signals, move || Ok(crank))
}

type Opened = Result<Crank<SqliteStore>, RuntimeError>;

fn start(
    config: ServeConfig,
    signals: Signals,
    open: impl FnOnce() -> Opened + Send + 'static,
) -> Result<Running, RuntimeError> {
    // Before anything is opened: who may what is known from the first request on.
    let policies = config.policies.clone().unwrap_or_else(shipped::policies);
    let policies = PolicyTable::of(&policies).map_err(RuntimeError::Policies)?;
    let config = Arc::new(config);
    let runtime = Builder::new_multi_thread()
        .thread_name("baton-web")
        .enable_all()
        .build()
        .map_err(RuntimeError::System)?;
    // Whoever sees that it listens may end it.
    let ends = match signals {
        Signals::Heard => {
            let _inside = runtime.enter();
            Some(StopSignals::heard().map_err(RuntimeError::System)?)
        }
        Signals::Left => None,
    };
    let listened = |cause| RuntimeError::Listen { address: config.listen, cause };
    let listener = runtime.block_on(TcpListener::bind(config.listen)).map_err(listened)?;
    let address = listener.local_addr().map_err(listened)?;

    let (shared, mailbox) = (Arc::new(SharedState::under(policies)), Arc::new(mailbox_of(&config)));
    let (courier, identity_provider) = {
        // The clients' resolvers and pools live on the server's threads.
        let _inside = runtime.enter();
        let handle = runtime.handle().clone();
        let courier =
            Courier::new(Arc::clone(&config), Arc::clone(&shared), Arc::clone(&mailbox), handle);
        let provider = IdentityProvider::of(&config);
        (courier.map_err(RuntimeError::Courier)?, provider.map_err(RuntimeError::Courier)?)
    };
    let stopper = Stopper(Arc::new(watch::Sender::new(false)));
    let app = Arc::new(App::new(
        Arc::clone(&config),
        Arc::clone(&shared),
        Arc::clone(&mailbox),
        Readers::new(config.data.clone()),
        identity_provider,
    ));
    runtime.spawn(follow_figures(Arc::clone(&app), stopper.0.subscribe()));
    runtime.spawn(go_on_with_undos(Arc::clone(&app), stopper.0.subscribe()));
    let (told, last) = (stopper.0.subscribe(), Arc::clone(&mailbox));
    let certificates = config.tls.clone().map(|tls| Arc::new(Certificates::new(tls)));
    let shown = certificates.clone();
    runtime.spawn(async move {
        listen::serve(listener, shown, app, told).await;
        // Closed before the stop is put in, so that no request can queue up behind it.
        last.close();
        last.put(Command::Stop);
    });

    let (tell, ready) = mpsc::channel();
    let keeper_thread = KeeperThread {
        config,
        shared,
        mailbox,
        courier,
        handle: runtime.handle().clone(),
        ended: StopOnDrop(stopper.clone()),
    };
    let keeper = thread::Builder::new()
        .name("baton-keeper".to_owned())
        .spawn(move || keeper_thread.keep(open, &tell))
        .map_err(RuntimeError::System)?;
    Ok(Running { address, stopper, ready: Mutex::new(ready), keeper, runtime, certificates, ends })
}

/// Keeps figures near the journal until the server stops, so that who asks waits for little.
async fn follow_figures(app: Arc<App>, mut told: watch::Receiver<bool>) {
    let stopped = async move { drop(told.wait_for(|stop| *stop).await) };
    let follow = async {
        loop {
            if !app.shared.is_ready() {
                sleep(FIGURES_PAUSE).await;
                continue;
            }
            let (figures, strategies) = (Arc::clone(&app.figures), Arc::clone(&app.strategies));
            let followed =
                app.fold(move |reader| figures.follow(reader, &strategies, Effort::BESIDE)).await;
            // What cannot be read is told by whoever needs it; here it is tried again.
            let pause =
                if followed.is_ok_and(|lag| !lag.is_none()) { FIGURES_STEP } else { FIGURES_PAUSE };
            sleep(pause).await;
        }
    };
    tokio::select! {
        () = stopped => {}
        () = follow => {}
    }
}

/// Goes on with imports that were being taken back when the last server ended.
async fn go_on_with_undos(app: Arc<App>, mut told: watch::Receiver<bool>) {
    let stopped = async move { drop(told.wait_for(|stop| *stop).await) };
    let go_on = async {
        while !app.shared.is_ready() {
            sleep(READY_PAUSE).await;
        }
        undoing::go_on(&app).await;
    };
    tokio::select! {
        () = stopped => {}
        () = go_on => {}
    }
}

/// What the keeper's thread begins with.
struct KeeperThread {
    config: Arc<ServeConfig>,
    shared: Arc<SharedState>,
    mailbox: Arc<Mailbox>,
    courier: Courier,
    handle: tokio::runtime::Handle,
    ended: StopOnDrop,
}

/// However the keeper ends, the rest of the server ends with it.
struct StopOnDrop(Stopper);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.stop();
    }
}

impl KeeperThread {
    fn keep(
        self,
        open: impl FnOnce() -> Opened,
        ready: &mpsc::Sender<()>,
    ) -> Result<(), RuntimeError> {
        let Self { config, shared, mailbox, courier, handle, ended } = self;
        let mut crank = open()?;
        tell_findings(crank.store(), &shared);
        keep_contracts(&mut crank, &config.sources);
        if let Some(bytes) = config.accounts_bytes {
            crank.bound_accounts(bytes);
        }
        if let Some(bytes) = config.queued_body_bytes {
            crank.bound_queued_bodies(bytes);
        }
        if let Some(entries) = config.snapshot_entries {
            crank.snapshot_every(Some(entries));
        }
        keep_sessions(crank.store(), &config, &shared)?;
        keep_uploads(&config, &shared);
        keep_accept_links(&config, &shared);
        let admission = Arc::clone(&shared.admission);
        let mut keeper =
            Keeper::new(crank, Arc::clone(&config), shared, Arc::clone(&mailbox), courier);
        let listener = {
            let _inside = handle.enter();
            socket::bind(&config.data).map_err(RuntimeError::System)?
        };
        let socket = handle.spawn(socket::serve(listener, SocketContext { mailbox, admission }));
        keeper.ready()?;
        // Nobody has to wait for it.
        let _ = ready.send(());
        let ran = keeper.run();
        socket.abort();
        socket::remove(&config.data);
        drop(ended);
        ran
    }
}

/// Takes over who was signed in when the last server ended. Where their file cannot be had, everybody signs
/// in again, and with the next server once more.
fn keep_sessions(
    store: &SqliteStore,
    config: &ServeConfig,
    shared: &SharedState,
) -> Result<(), RuntimeError> {
    let users = UserTable::new(&store.users()?, config.visitors());
    match SessionFile::open(&config.data) {
        Ok(kept) => shared.sessions.keep_in(kept, &users, clock::now()),
        Err(error) => warn!("Sessions end with this server: {error}."),
    }
    Ok(())
}

/// Takes over what was uploaded and not imported yet. Where its file cannot be had, nothing can be uploaded.
fn keep_uploads(config: &ServeConfig, shared: &SharedState) {
    match UploadFile::open(&config.data) {
        Ok(file) => shared.uploads.keep_in(file),
        Err(error) => warn!("Nothing can be uploaded: {error}."),
    }
}

/// Takes over the addresses that messages have in them. Where their file cannot be had, messages have none.
fn keep_accept_links(config: &ServeConfig, shared: &SharedState) {
    match AcceptLinkFile::open(&config.data) {
        Ok(file) => shared.accept_links.keep_in(file),
        Err(error) => warn!("No message has an address to accept on: {error}."),
    }
}

/// Says what was found when the folder was opened, in the log and as figures.
fn tell_findings(store: &SqliteStore, shared: &SharedState) {
    for finding in store.findings() {
        warn!(
            code = finding.code,
            "The data folder: {}: {}. {}", finding.place, finding.says, finding.help
        );
    }
    shared.metrics.findings.set(store.findings().len() as u64);
    shared.metrics.destroyed_again.add(store.destroyed_again() as u64);
}

impl Running {
    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// What ends it.
    pub fn stopper(&self) -> Stopper {
        self.stopper.clone()
    }

    /// The scheme of its addresses.
    pub const fn scheme(&self) -> &'static str {
        if self.certificates.is_some() { "https" } else { "http" }
    }

    /// Waits until recovery is done. A folder that cannot be opened is told here.
    pub fn wait_ready(self) -> Result<Self, RuntimeError> {
        let ready = self.ready.lock().unwrap_or_else(PoisonError::into_inner).recv();
        if ready.is_ok() {
            info!(address = %self.address, "Listens on {}.", self.address);
            return Ok(self);
        }
        // Only what failed ends before it was ready.
        match self.join() {
            Ok(()) => Err(RuntimeError::Panicked),
            Err(error) => Err(error),
        }
    }

    /// Tells it to end.
    pub fn stop(&self) {
        self.stopper.stop();
    }

    /// Waits until it has ended: told to, or by a failure.
    pub fn join(self) -> Result<(), RuntimeError> {
        let ended = self.keeper.join().unwrap_or(Err(RuntimeError::Panicked));
        self.runtime.shutdown_timeout(LAST_PATIENCE);
        if let Err(failure) = &ended {
            error!("Ended: {failure}.");
        }
        ended
    }

    /// Serves until SIGTERM, SIGINT or a failure, then ends in order.
    pub fn until_signal(self) -> Result<(), RuntimeError> {
        self.until_signal_or(|| {})
    }

    /// The same, where SIGHUP reads the listener's certificate again, and asks for something else.
    pub fn until_signal_or(mut self, mut hung_up: impl FnMut()) -> Result<(), RuntimeError> {
        let stopped = self.stopper.0.subscribe();
        let (ends, certificates) = (self.ends.take(), self.certificates.clone());
        let waited = self.runtime.block_on(async {
            let mut ends = match ends {
                Some(ends) => ends,
                None => StopSignals::heard()?,
            };
            let StopSignals { terminate, interrupt, hangup } = &mut ends;
            let mut stopped = pin!(wait_for_stop(stopped));
            loop {
                tokio::select! {
                    _ = terminate.recv() => return Ok(()),
                    _ = interrupt.recv() => return Ok(()),
                    () = &mut stopped => return Ok(()),
                    _ = hangup.recv() => {
                        if let Some(certificates) = &certificates {
                            certificates.renew();
                        }
                        hung_up();
                    }
                }
            }
        });
        self.end(waited)
    }

    fn end(self, waited: io::Result<()>) -> Result<(), RuntimeError> {
        self.stop();
        let ended = self.join();
        waited.map_err(RuntimeError::System)?;
        ended
    }
}

/// The signals that a server hears.
#[derive(Debug)]
struct StopSignals {
    terminate: Signal,
    interrupt: Signal,
    hangup: Signal,
}

impl StopSignals {
    /// From here on they are heard, and end nothing by themselves.
    fn heard() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }
}

/// Waits until the server stops by itself.
async fn wait_for_stop(mut stopped: watch::Receiver<bool>) {
    // Whoever could tell it has gone: that says the same.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

/// The keeper's mailbox, with the room that is configured.
fn mailbox_of(config: &ServeConfig) -> Mailbox {
    config.request_bytes.map_or_else(Mailbox::default, Mailbox::with_room)
}
