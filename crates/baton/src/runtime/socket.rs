//! The socket in the data folder, where verbs of the command line reach the running server.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::oneshot;
use tracing::warn;

use super::command::{Command, Local};
use super::mailbox::Mailbox;
use crate::local::refusal::Refusal;
use crate::local::request::{LINE_BYTES_MAX, Request, Response};
use crate::local::wire;

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

/// Answers everybody who reaches the socket.
pub(super) async fn serve(listener: UnixListener, mailbox: Arc<Mailbox>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let mailbox = Arc::clone(&mailbox);
                tokio::spawn(async move {
                    if let Err(error) = converse(stream, &mailbox).await {
                        warn!("A verb of the command line went away: {error}.");
                    }
                });
            }
            Err(error) => {
                warn!("Could not accept on the socket: {error}.");
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            }
        }
    }
}

async fn converse(stream: UnixStream, mailbox: &Mailbox) -> io::Result<()> {
    let (reader, mut writer) = stream.into_split();
    let mut reader = BufReader::with_capacity(1 << 16, reader);
    loop {
        let mut line = Vec::new();
        let read = (&mut reader).take(LINE_BYTES_MAX).read_until(b'\n', &mut line).await?;
        if read == 0 {
            return Ok(());
        }
        let response = match serde_json::from_slice(&line) {
            Ok(request) => ask(mailbox, request).await,
            Err(_) => Response::Refused(Refusal::unable(
                "server-differs",
                "the server's program is of another version; use the same one",
            )),
        };
        let mut out = serde_json::to_vec(&response).map_err(io::Error::other)?;
        out.push(b'\n');
        writer.write_all(&out).await?;
    }
}

async fn ask(mailbox: &Mailbox, request: Request) -> Response {
    let (reply, answer) = oneshot::channel();
    mailbox.put(Command::Local(Local { request: Box::new(request), reply }));
    answer.await.unwrap_or_else(|_| {
        Response::Refused(Refusal::unable("server-gone", "the server is ending; ask again"))
    })
}
