//! Bodies: room is asked for before a byte of one is read, and before each step of unpacking it.
//!
//! Who has shown a key reads with [`read`]. Where the key is in the body or the body is what proves
//! who sends, it is an [`Arriving`] body out of the small room until that is known.

use std::future::poll_fn;
use std::io::Cursor;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use tokio::time::{Sleep, sleep};

use super::app::{App, Effort};
use super::body_budget::{NoRoom, Reservation};
use super::connections::ConnectionInfo;
use super::problem::Problem;
use super::unpack::{Coding, Unpacker, beginning};

/// The largest body, packed or not, in bytes.
pub(super) const BODY_BYTES_MAX: usize = 8 << 20;
/// Within so many bytes, unpacked, a body has to say its key.
pub(super) const KEY_WITHIN: usize = 64 * 1024;

/// The room that a body asks for at first, in bytes.
const FIRST: usize = 4 * 1024;
/// The most that is unpacked on the threads that serve connections, in bytes.
const QUICK: usize = 64 * 1024;
/// Bytes that are unpacked before anybody asks for more room.
const STEP: usize = 16 * 1024;
/// What a decoder holds for itself, in bytes.
const DECODER: usize = 64 * 1024;
/// A key is looked for once so many bytes have come, and whenever that has doubled.
const FIRST_LOOK: usize = 1024;
/// It is looked for earlier where nothing more has come for so long: whoever sends slowly is told no
/// later for it.
const QUIET: Duration = Duration::from_millis(20);
/// So often, since each look reads again what has come.
const QUIET_LOOKS_MAX: usize = 32;

/// A body, and the room that it takes until it is dropped.
pub(super) struct Whole {
    /// Its bytes, unpacked.
    pub(super) bytes: Vec<u8>,
    reservation: Reservation,
}

impl Whole {
    /// The bytes, and the room that they take.
    pub(super) fn into_parts(self) -> (Vec<u8>, Reservation) {
        (self.bytes, self.reservation)
    }

    const fn empty(reservation: Reservation) -> Self {
        Self { bytes: Vec::new(), reservation }
    }

    /// How large it has to be made for so many bytes more: twice what it was, within `most`.
    fn larger(&self, more: usize, most: usize) -> Option<usize> {
        let (wanted, has) = (self.bytes.len() + more, self.bytes.capacity());
        (wanted > has).then(|| wanted.max((has * 2).clamp(FIRST.min(most), most)))
    }

    /// Moves into room that was asked for.
    fn move_into(&mut self, capacity: usize) {
        let mut larger = Vec::with_capacity(capacity);
        larger.extend_from_slice(&self.bytes);
        let smaller = std::mem::replace(&mut self.bytes, larger).capacity();
        self.reservation.less(smaller);
    }

    async fn put(&mut self, app: &App, part: &[u8], most: usize) -> Result<(), Problem> {
        if let Some(capacity) = self.larger(part.len(), most) {
            self.reservation.more(capacity).await.map_err(|none| no_room(app, none))?;
            self.move_into(capacity);
        }
        self.bytes.extend_from_slice(part);
        Ok(())
    }

    fn put_at_once(&mut self, app: &App, part: &[u8]) -> Result<(), Problem> {
        if let Some(capacity) = self.larger(part.len(), BODY_BYTES_MAX) {
            self.reservation.try_more(capacity).map_err(|none| no_room(app, none))?;
            self.move_into(capacity);
        }
        self.bytes.extend_from_slice(part);
        Ok(())
    }
}

/// Somebody else has the room.
pub(super) fn no_room(app: &App, _: NoRoom) -> Problem {
    app.shared.metrics.overloaded.one();
    Problem::new(429, "overloaded", "too many bodies are being read; nothing was kept")
        .header(header::RETRY_AFTER, "1")
}

/// Reads the body of somebody who has shown a key to its end, unpacked, of at most so many bytes.
pub(super) async fn read(
    app: &Arc<App>,
    parts: &Parts,
    body: Body,
    most: usize,
) -> Result<Whole, Problem> {
    let reservation = app.body_budgets.keyed.reserve(ConnectionInfo::address(&parts.extensions));
    let mut arriving = Arriving::new(app, parts, body, most, reservation)?;
    arriving.read_on(app).await?;
    arriving.unpacked(app).await
}

/// What came of reading on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Came {
    Part,
    Nothing,
    End,
}

/// A body on its way in.
pub(super) struct Arriving {
    body: Body,
    coding: Coding,
    packed: Whole,
    /// The largest that it may be, packed or not.
    most: usize,
    /// The same by what its head says.
    expected: usize,
    peer: IpAddr,
    deadline: Pin<Box<Sleep>>,
}

impl Arriving {
    /// The body of somebody who is yet to be known.
    pub(super) fn keyless(app: &App, parts: &Parts, body: Body) -> Result<Self, Problem> {
        let reservation =
            app.body_budgets.keyless.reserve(ConnectionInfo::address(&parts.extensions));
        Self::new(app, parts, body, BODY_BYTES_MAX, reservation)
    }

    fn new(
        app: &App,
        parts: &Parts,
        body: Body,
        most: usize,
        reservation: Reservation,
    ) -> Result<Self, Problem> {
        let coding = Coding::of(&parts.headers)?;
        let length = length(&parts.headers);
        if length.is_some_and(|length| length > most as u64) {
            return Err(Problem::too_large(most));
        }
        Ok(Self {
            body,
            coding,
            packed: Whole::empty(reservation),
            most,
            expected: length.map_or(most, |length| length as usize),
            peer: ConnectionInfo::address(&parts.extensions),
            deadline: Box::pin(sleep(app.config.timeouts.body)),
        })
    }

    /// Reads on, for as long as it takes; false at the end.
    async fn part(&mut self, app: &App) -> Result<bool, Problem> {
        Ok(self.part_within(app, None).await? == Came::Part)
    }

    /// Reads on, unless nothing comes for so long.
    async fn part_within(&mut self, app: &App, quiet: Option<Duration>) -> Result<Came, Problem> {
        let more = usize::from(self.packed.bytes.len() < self.expected);
        if let Some(capacity) = self.packed.larger(more, self.expected) {
            self.packed.reservation.more(capacity).await.map_err(|none| no_room(app, none))?;
            self.packed.move_into(capacity);
        }
        let part = tokio::select! {
            part = next(&mut self.body) => part?,
            () = self.packed.reservation.has_to_end() => return Err(no_room(app, NoRoom)),
            () = sleep(quiet.unwrap_or_default()), if quiet.is_some() => return Ok(Came::Nothing),
            () = &mut self.deadline => {
                return Err(Problem::new(408, "body-slow", "the body took too long to arrive"));
            }
        };
        let Some(part) = part else { return Ok(Came::End) };
        if self.packed.bytes.len() + part.len() > self.most {
            return Err(Problem::too_large(self.most));
        }
        self.packed.put(app, &part, self.most).await?;
        Ok(Came::Part)
    }

    async fn read_on(&mut self, app: &App) -> Result<(), Problem> {
        while self.part(app).await? {}
        Ok(())
    }

    /// Reads on until a key is found in what has come, which has to be within [`KEY_WITHIN`].
    pub(super) async fn until_key(
        &mut self,
        app: &App,
        find: impl Fn(&[u8]) -> Option<String>,
    ) -> Result<String, Problem> {
        if self.coding != Coding::Identity {
            let looking = KEY_WITHIN + DECODER;
            self.packed.reservation.more(looking).await.map_err(|none| no_room(app, none))?;
        }
        let (mut look_at, mut looked_at, mut quiet_looks) = (FIRST_LOOK, 0, 0);
        loop {
            let unseen = self.packed.bytes.len() > looked_at && quiet_looks < QUIET_LOOKS_MAX;
            let came = self.part_within(app, unseen.then_some(QUIET)).await?;
            let (come, ended) = (self.packed.bytes.len(), came == Came::End);
            if came == Came::Part && come < look_at {
                continue;
            }
            quiet_looks += usize::from(came == Came::Nothing);
            (look_at, looked_at) = (look_at.max(come * 2), come);
            let begun = self.begun();
            let has_all = begun.len() >= KEY_WITHIN || come >= KEY_WITHIN;
            match find(&begun) {
                Some(key) => return Ok(key),
                None if has_all => return Err(key_late()),
                None if ended => return Err(Problem::unauthorised()),
                None => {}
            }
        }
    }

    /// What has come so far, unpacked.
    fn begun(&self) -> std::borrow::Cow<'_, [u8]> {
        let packed = &self.packed.bytes;
        match self.coding {
            Coding::Identity => packed[..packed.len().min(KEY_WITHIN)].into(),
            Coding::Gzip | Coding::Deflate => beginning(self.coding, packed, KEY_WITHIN).into(),
        }
    }

    /// The rest of it, unpacked, now that its sender is known.
    pub(super) async fn known(mut self, app: &Arc<App>) -> Result<Whole, Problem> {
        self.move_to_keyed(app)?;
        self.read_on(app).await?;
        self.unpacked(app).await
    }

    fn move_to_keyed(&mut self, app: &App) -> Result<(), Problem> {
        let mut reservation = app.body_budgets.keyed.reserve(self.peer);
        reservation.try_more(self.packed.bytes.capacity()).map_err(|none| no_room(app, none))?;
        // The room of those without a key is given back.
        self.packed.reservation = reservation;
        Ok(())
    }

    /// Reads it to its end, holding it as it came, and shows it to somebody in steps, unpacked.
    pub(super) async fn shown<T: Send + 'static>(
        &mut self,
        app: &Arc<App>,
        to: T,
        show: fn(&mut T, &[u8]),
    ) -> Result<T, Problem> {
        self.read_on(app).await?;
        self.packed.reservation.more(DECODER).await.map_err(|none| no_room(app, none))?;
        let packed = Cursor::new(std::mem::take(&mut self.packed.bytes));
        let mut showing = Showing {
            unpacker: Unpacker::new(self.coding, packed).map_err(|_| broken())?,
            to,
            show,
            left: self.most,
        };
        let mut shown = showing.on(QUICK)?;
        if !shown {
            let worked = app.work(Effort::Keyless, move || {
                let shown = showing.on(usize::MAX);
                shown.map(|shown| (shown, showing))
            });
            (shown, showing) = worked.await??;
        }
        debug_assert!(shown, "without a bound it goes to the end");
        self.packed.bytes = showing.unpacker.into_packed().into_inner();
        Ok(showing.to)
    }

    /// All of it, unpacked. The first bytes are unpacked at once, a large rest beside.
    async fn unpacked(self, app: &Arc<App>) -> Result<Whole, Problem> {
        if self.coding == Coding::Identity {
            return Ok(self.packed);
        }
        let mut reservation = app.body_budgets.keyed.reserve(self.peer);
        reservation.try_more(DECODER).map_err(|none| no_room(app, none))?;
        let Whole { bytes, reservation: packed } = self.packed;
        let unpacker = Unpacker::new(self.coding, Cursor::new(bytes)).map_err(|_| broken())?;
        let mut unpacking =
            Unpacking { unpacker, out: Whole::empty(reservation), most: self.most, packed };
        if !unpacking.on(app, QUICK)? {
            let aside = Arc::clone(app);
            let worked = app
                .work(Effort::Keyed, move || unpacking.on(&aside, usize::MAX).map(|_| unpacking));
            unpacking = worked.await??;
        }
        let mut out = unpacking.out;
        out.reservation.less(DECODER);
        Ok(out)
    }
}

/// A body that is shown to somebody while it is unpacked, and held by nobody.
struct Showing<T> {
    unpacker: Unpacker<Cursor<Vec<u8>>>,
    to: T,
    show: fn(&mut T, &[u8]),
    /// Bytes that may yet come.
    left: usize,
}

impl<T> Showing<T> {
    /// Goes on for so many bytes; true at the end.
    fn on(&mut self, bytes: usize) -> Result<bool, Problem> {
        let mut buffer = [0; STEP];
        let mut done = 0;
        while done < bytes {
            let read = self.unpacker.step(&mut buffer).map_err(|_| broken())?;
            if read == 0 {
                return Ok(true);
            }
            self.left = self.left.checked_sub(read).ok_or(Problem::too_large(BODY_BYTES_MAX))?;
            (self.show)(&mut self.to, &buffer[..read]);
            done += read;
        }
        Ok(false)
    }
}

/// A body that is unpacked into room of its own.
struct Unpacking {
    unpacker: Unpacker<Cursor<Vec<u8>>>,
    out: Whole,
    most: usize,
    /// The room of what is packed, given back when all is unpacked.
    #[expect(dead_code, reason = "it is held, and given back with the rest")]
    packed: Reservation,
}

impl Unpacking {
    /// Goes on for so many bytes; true at the end.
    fn on(&mut self, app: &App, bytes: usize) -> Result<bool, Problem> {
        let mut buffer = [0; STEP];
        let mut done = 0;
        while done < bytes {
            let read = self.unpacker.step(&mut buffer).map_err(|_| broken())?;
            if read == 0 {
                return Ok(true);
            }
            if self.out.bytes.len() + read > self.most {
                return Err(Problem::too_large(self.most));
            }
            self.out.put_at_once(app, &buffer[..read])?;
            done += read;
        }
        Ok(false)
    }
}

fn broken() -> Problem {
    Problem::new(400, "coding-broken", "the body cannot be unpacked")
}

fn key_late() -> Problem {
    Problem::new(
        413,
        "key-late",
        "the first 64 KiB of the body, unpacked, hold no key: send the key as a header, or at the \
         beginning of the body",
    )
}

fn length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// The next part of a body; trailers are passed over.
async fn next(body: &mut Body) -> Result<Option<Bytes>, Problem> {
    loop {
        match poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await {
            None => return Ok(None),
            Some(Ok(frame)) => {
                if let Ok(data) = frame.into_data() {
                    return Ok(Some(data));
                }
            }
            Some(Err(_)) => {
                return Err(Problem::new(400, "body-broken", "the body ended before its end"));
            }
        }
    }
}

/// What a content type says, in lower case and without its parameters; empty where nothing is said.
pub(super) fn content_type(headers: &HeaderMap) -> String {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = value.unwrap_or_default().split(';').next().unwrap_or_default();
    essence.trim().to_ascii_lowercase()
}

/// The longest type that is repeated to whoever sent it, in bytes.
const TYPE_SHOWN_BYTES_MAX: usize = 80;

/// What is said of a body that is of none of the expected types: what was sent, and what is expected.
pub(super) fn type_unknown(headers: &HeaderMap, expected: &str) -> Problem {
    let sent = content_type(headers);
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/+-._".contains(&byte);
    let sent = match sent.as_str() {
        "" => "`Content-Type` is missing".to_owned(),
        plain if plain.len() <= TYPE_SHOWN_BYTES_MAX && plain.bytes().all(is_plain) => {
            format!("`Content-Type` is {plain}")
        }
        _ => "`Content-Type` names no type".to_owned(),
    };
    Problem::new(415, "type-unknown", format!("{sent}; expected is {expected}"))
}
