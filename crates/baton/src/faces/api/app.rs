//! What every route leans on.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use crank::{StrategyCache, TurnReport};
use store::StoreError;
use store::sqlite::Reader;
use tokio::sync::{Semaphore, oneshot};

use super::body_budget::BodyBudgets;
use super::problem::Problem;
use super::user_refusal;
use crate::auth::attempts::Attempts;
use crate::auth::oidc::flows::Flows;
use crate::auth::pending::PendingSignIns;
use crate::auth::uses::KeyUses;
use crate::config::resolved::ServeConfig;
use crate::faces::last_looks::LastLooks;
use crate::local::refusal::{IDENTIFIER_SHARED, Refusal};
use crate::local::request::{Request, Response};
use crate::runtime::admission::{Admitted, Full, Lane};
use crate::runtime::clock;
use crate::runtime::command::{Command, Local, Reply};
use crate::runtime::identity_provider::IdentityProvider;
use crate::runtime::importer::Importer;
use crate::runtime::mailbox::Mailbox;
use crate::runtime::readers::{Readers, Reading, Unread};
use crate::runtime::rehearsals::Rehearsals;
use crate::runtime::shared_state::SharedState;
use crate::runtime::waiters::{Waiter, WaitingPlaces};
use crate::service::figures::Figures;
use crate::service::setback::Setback;

/// Who has work done that keeps a processor busy.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effort {
    /// Somebody with a key: as many at a time as there are processors.
    Keyed,
    /// Somebody who is yet to be known: one at a time.
    Keyless,
    /// Somebody who signs in: hashing a password takes memory, so two at a time.
    Password,
}

/// Passwords that are hashed at a time.
const PASSWORDS_AT_ONCE: usize = 2;

/// What every route leans on.
pub struct App {
    /// What is configured.
    pub config: Arc<ServeConfig>,
    /// What the keeper tells.
    pub shared: Arc<SharedState>,
    /// When users looked at their inboxes.
    pub looked: LastLooks,
    /// Who is still to show the code of their second factor.
    pub pending: PendingSignIns,
    /// Who was sent to the identity provider and has not come back.
    pub flows: Flows,
    /// The identity provider that people sign in with.
    pub identity_provider: Option<IdentityProvider>,
    /// When keys were used last.
    pub uses: KeyUses,
    /// How often somebody tried to sign in.
    pub attempts: Attempts,
    readers: Readers,
    /// Strategies that questions were asked about, compiled.
    pub strategies: Arc<Mutex<StrategyCache>>,
    /// What became of handoffs, in figures.
    pub figures: Arc<Figures>,
    /// Imports what was uploaded.
    pub importer: Arc<Importer>,
    /// Rehearsals that were started here.
    pub rehearsals: Arc<Rehearsals>,
    /// Room for bodies.
    pub body_budgets: BodyBudgets,
    keyed_work: Arc<Semaphore>,
    keyless_work: Arc<Semaphore>,
    password_work: Arc<Semaphore>,
    waiting_places: WaitingPlaces,
    mailbox: Arc<Mailbox>,
    under_way: Arc<Mutex<BTreeSet<String>>>,
}

impl App {
    /// A web over a keeper's mailbox.
    pub fn new(
        config: Arc<ServeConfig>,
        shared: Arc<SharedState>,
        mailbox: Arc<Mailbox>,
        readers: Readers,
        identity_provider: Option<IdentityProvider>,
    ) -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let data = config.data.clone();
        let importer = Importer::new(data, Arc::clone(&shared), Arc::clone(&mailbox));
        Self {
            config,
            shared,
            looked: LastLooks::default(),
            pending: PendingSignIns::default(),
            flows: Flows::default(),
            identity_provider,
            uses: KeyUses::since_start(clock::now()),
            attempts: Attempts::default(),
            readers,
            strategies: Arc::default(),
            figures: Arc::default(),
            importer: Arc::new(importer),
            rehearsals: Arc::default(),
            body_budgets: BodyBudgets::default(),
            keyed_work: Arc::new(Semaphore::new(processors)),
            keyless_work: Arc::new(Semaphore::new(1)),
            password_work: Arc::new(Semaphore::new(PASSWORDS_AT_ONCE)),
            waiting_places: WaitingPlaces::default(),
            mailbox,
            under_way: Arc::default(),
        }
    }

    /// Does what keeps a processor busy, off the threads that serve connections. So few do it at a
    /// time that those threads get their turn.
    pub async fn work<T: Send + 'static>(
        &self,
        effort: Effort,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let permits = match effort {
            Effort::Keyed => &self.keyed_work,
            Effort::Keyless => &self.keyless_work,
            Effort::Password => &self.password_work,
        };
        let permit = Arc::clone(permits).acquire_owned().await;
        let worked = tokio::task::spawn_blocking(move || {
            // The permit is held by the work itself: it counts even when nobody waits for its
            // result any more.
            let _permit = permit;
            work()
        });
        worked
            .await
            .map_err(|_panicked| Problem::new(500, "reading-failed", "the body could not be read"))
    }

    /// Looks up rows, or entries that are found without a search.
    pub async fn look_up<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Reader) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Problem> {
        self.read(Reading::LookUp, question).await
    }

    /// Folds what may be a long history.
    pub async fn fold<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Reader) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Problem> {
        self.read(Reading::Fold, question).await
    }

    async fn read<T: Send + 'static>(
        &self,
        reading: Reading,
        question: impl FnOnce(&Reader) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Problem> {
        self.readers.ask(reading, question).await.map_err(|unread| match unread {
            Unread::Busy => {
                self.shared.metrics.overloaded.one();
                Setback::BUSY.into()
            }
            Unread::Store(error) => error.into(),
        })
    }

    /// Tells the keeper something and waits for its answer.
    pub async fn tell<T>(&self, command: impl FnOnce(Reply<T>) -> Command) -> Result<T, Problem> {
        Ok(self.ask(command).await?)
    }

    /// The same, for whoever wants to know why not.
    pub async fn ask<T>(&self, command: impl FnOnce(Reply<T>) -> Command) -> Result<T, Setback> {
        let (reply, answer) = oneshot::channel();
        self.offer(command(reply))?;
        answer.await.unwrap_or(Err(Setback::Unknown))
    }

    /// Asks what verbs of the command line ask.
    pub async fn local(&self, request: Request) -> Result<Response, Problem> {
        let (reply, answer) = oneshot::channel();
        let request = Box::new(request);
        self.offer(Command::Local(Local { request, bytes: 0, admitted: None, reply }))?;
        match answer.await {
            Ok(Response::Refused(refusal)) => Err(refused(&refusal)),
            Ok(response) => Ok(response),
            Err(_) => Err(Setback::Unknown.into()),
        }
    }

    fn offer(&self, command: Command) -> Result<(), Setback> {
        if !self.shared.is_ready() {
            return Err(Setback::Recovering);
        }
        self.mailbox.offer(command).inspect_err(|setback| self.count_overload(setback))
    }

    fn count_overload(&self, setback: &Setback) {
        if matches!(setback, Setback::Overloaded { .. }) {
            self.shared.metrics.overloaded.one();
        }
    }

    /// Lets signals in that are to wait for their turn.
    pub fn admit(&self, signals: usize, bytes: usize) -> Result<Admitted, Problem> {
        let admitted = self.shared.admission.admit(Lane::Live, signals, bytes);
        self.unless_full(admitted)
    }

    /// Refuses a request whose signals could not be let in, before a byte of them is read.
    pub fn has_turns(&self) -> Result<(), Problem> {
        let checked = self.shared.admission.check();
        self.unless_full(checked)
    }

    /// A place to wait for a decision, and where it will be told. Refused while too many wait: whoever
    /// sends without waiting is let in all the same.
    pub fn waiting_place(&self) -> Result<(Waiter, oneshot::Receiver<TurnReport>), Problem> {
        self.waiting_places.take().ok_or_else(|| {
            self.count_overload(&Setback::BUSY);
            Setback::BUSY.into()
        })
    }

    fn unless_full<T>(&self, admitted: Result<T, Full>) -> Result<T, Problem> {
        admitted.map_err(|full| {
            let setback = Setback::from(full);
            self.count_overload(&setback);
            setback.into()
        })
    }

    /// Counts something that leaves no other trace. That it may be lost under load is bearable.
    pub fn count(&self, name: &'static str) {
        let _ = self.offer(Command::Count(name));
    }

    /// Takes an idempotency key for the time of a request; `None` while another has it.
    pub fn take_key(&self, key: String) -> Option<IdempotencyLock> {
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        under_way
            .insert(key.clone())
            .then(|| IdempotencyLock { key, under_way: Arc::clone(&self.under_way) })
    }
}

/// What a refusal of a verb is over HTTP. Its words may quote what somebody typed, so they stay
/// behind.
fn refused(refusal: &Refusal) -> Problem {
    match refusal.code.as_str() {
        "unknown-id" => Problem::new(404, "unknown-id", "there is nothing by this id"),
        "entry-closed" => {
            Problem::new(409, "entry-closed", "the entry was released, discarded or erased already")
        }
        "strategy-changed" => Problem::new(409, "strategy-changed", refusal.says.clone()),
        "contract-version-reused" => Problem::new(
            409,
            "contract-version-reused",
            "a contract says something else than it did under the same version",
        ),
        "strategy-wrong" => {
            Problem::new(422, "strategy-wrong", "the strategy has errors: nothing was put in force")
        }
        "nothing-before" => Problem::new(409, "nothing-before", "nothing was in force before"),
        "draft-unfit" => Problem::new(
            422,
            "draft-unfit",
            "a draft has at most 2,000 files and 8 MiB, by paths within its folder",
        ),
        "import-missing" => Problem::new(404, "import-missing", "there is no such import"),
        "import-undone-before" => {
            Problem::new(409, "import-undone-before", "the import was taken back already")
        }
        "no-strategy" => Setback::refused(409, "no-strategy", "no strategy is in force").into(),
        "store-full" => Setback::Full.into(),
        "identifier-unreadable" => Problem::new(
            422,
            "identifier-unreadable",
            "this is no e-mail address, no phone number with `+`, and no `SOURCE:ID`",
        ),
        "person-missing" => Problem::new(404, "person-missing", "there is no such person"),
        "company-missing" => Problem::new(404, "company-missing", refusal.says.clone()),
        "last-admin" => {
            Problem::new(409, "last-admin", "this is the last administrator: add another one first")
        }
        "address-unreadable" => Problem::new(
            422,
            "address-unreadable",
            "a user has an e-mail address, such as ann@acme.example",
        ),
        "user-without-member" => Problem::new(
            422,
            "user-without-member",
            "a rep and a manager act as a member of the team: say which",
        ),
        "unknown-source" => Problem::new(422, "unknown-source", "baton.toml has no such source"),
        "not-merged" => Problem::new(409, "not-merged", "the two were not merged"),
        "identifier-shared" => Problem::new(409, "identifier-shared", IDENTIFIER_SHARED),
        // Their words name ids and closed words alone.
        "identity-unfit" => Problem::new(422, "identity-unfit", refusal.says.clone()),
        code => user_refusal::of(code).unwrap_or_else(|| Setback::Unknown.into()),
    }
}

/// An idempotency key whose request is under way.
pub struct IdempotencyLock {
    key: String,
    under_way: Arc<Mutex<BTreeSet<String>>>,
}

impl Drop for IdempotencyLock {
    fn drop(&mut self) {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}
