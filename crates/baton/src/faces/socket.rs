//! The socket in the data folder, where verbs of the command line reach the running server.

use std::fs;
use std::io;
use std::net::Ipv4Addr;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{Semaphore, oneshot};
use tracing::warn;

use crate::faces::api::body_budget::{Budget, OldestHolder, Reservation};
use crate::local::refusal::Refusal;
use crate::local::request::{LINE_BYTES_MAX, Request, Response};
use crate::local::wire;
use crate::runtime::admission::Admission;
use crate::runtime::command::{Command, Local};
use crate::runtime::mailbox::Mailbox;

/// Callers that are answered at the same time.
const CALLERS_MAX: usize = 64;
/// How long it waits for what has to change by itself.
const PAUSE: Duration = Duration::from_millis(20);

/// Takes the place of a socket that an earlier server left behind: the folder is ours.
pub(super) fn bind(data: &Path) -> io::Result<UnixListener> {
    let path = wire::path(data);
    match fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Err(_) | Ok(()) => {}
    }
    let listener = UnixListener::bind(&path)?;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// Takes the socket away.
pub(super) fn remove(data: &Path) {
    // It is of no use to anybody, and the next server takes its place.
    let _ = fs::remove_file(wire::path(data));
}

/// What is asked over the socket, and of whom.
pub(super) struct SocketContext {
    pub(super) mailbox: Arc<Mailbox>,
    pub(super) admission: Arc<Admission>,
}

/// Answers everybody who reaches the socket, so many at a time. Others wait to be accepted.
pub(super) async fn serve(listener: UnixListener, context: SocketContext) {
    let (context, seats) = (Arc::new(context), Arc::new(Semaphore::new(CALLERS_MAX)));
    // One peer has at most half: all callers are one.
    let room = Arc::new(Budget::new(2 * LINE_BYTES_MAX as usize, OldestHolder::Stays));
    loop {
        let seat = Arc::clone(&seats).acquire_owned().await;
        match listener.accept().await {
            Ok((stream, _)) => {
                let (context, reservation) =
                    (Arc::clone(&context), room.reserve(Ipv4Addr::LOCALHOST.into()));
                tokio::spawn(async move {
                    let _seat = seat;
                    if let Err(error) = converse(stream, &context, reservation).await {
                        warn!("A verb of the command line went away: {error}.");
                    }
                });
            }
            Err(error) => {
                warn!("Could not accept on the socket: {error}.");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

async fn converse(
    stream: UnixStream,
    context: &SocketContext,
    mut reservation: Reservation,
) -> io::Result<()> {
    let (reader, mut writer) = stream.into_split();
    let mut reader = BufReader::with_capacity(1 << 16, reader);
    loop {
        let mut line = Vec::new();
        let response = match read_line(&mut reader, &mut line, &mut reservation).await? {
            Read::Nothing => return Ok(()),
            Read::NoRoom => Response::Refused(Refusal::unable(
                "overloaded",
                "too much is asked of the server at the same time; ask again in a moment",
            )),
            Read::Line => match serde_json::from_slice(&line) {
                Ok(request) => context.ask(request, line.len()).await,
                Err(_) => Response::Refused(Refusal::unable(
                    "server-differs",
                    "the server's program is of another version; use the same one",
                )),
            },
        };
        let mut out = serde_json::to_vec(&response).map_err(io::Error::other)?;
        out.push(b'\n');
        writer.write_all(&out).await?;
        reservation.less(line.capacity());
    }
}

/// What came of reading a line.
enum Read {
    /// The other side has gone.
    Nothing,
    /// There is no room for so long a line at present. The rest of it is not read.
    NoRoom,
    Line,
}

/// Reads a line, for which room is asked before it is held.
async fn read_line(
    reader: &mut (impl AsyncBufRead + Unpin),
    line: &mut Vec<u8>,
    reservation: &mut Reservation,
) -> io::Result<Read> {
    loop {
        let part = reader.fill_buf().await?;
        let end = part.iter().position(|byte| *byte == b'\n');
        let taken = end.map_or(part.len(), |at| at + 1);
        if taken == 0 {
            return Ok(if line.is_empty() { Read::Nothing } else { Read::Line });
        }
        let wanted = line.len() + taken;
        if wanted > line.capacity() {
            let larger = wanted.max(line.capacity() * 2);
            if wanted as u64 > LINE_BYTES_MAX || reservation.try_more(larger).is_err() {
                return Ok(Read::NoRoom);
            }
            let mut moved = Vec::with_capacity(larger);
            moved.extend_from_slice(line);
            reservation.less(std::mem::replace(line, moved).capacity());
        }
        line.extend_from_slice(&part[..taken]);
        reader.consume(taken);
        if end.is_some() {
            return Ok(Read::Line);
        }
    }
}

impl SocketContext {
    /// Asks the keeper, as soon as it may: rows of an import wait for their share of the turns, and
    /// everybody for room in the mailbox.
    async fn ask(&self, request: Request, bytes: usize) -> Response {
        let admitted = if let Request::Rows { rows, .. } = &request {
            Some(self.admission.admit_rows(rows.0.rows.len(), bytes).await)
        } else {
            None
        };
        while !self.mailbox.has_room(bytes) {
            tokio::time::sleep(PAUSE).await;
        }
        let (reply, answer) = oneshot::channel();
        let request = Box::new(request);
        self.mailbox.put(Command::Local(Local { request, bytes, admitted, reply }));
        answer.await.unwrap_or_else(|_| {
            Response::Refused(Refusal::unable("server-gone", "the server is ending; ask again"))
        })
    }
}
