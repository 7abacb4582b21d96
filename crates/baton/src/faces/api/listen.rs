//! Connections: accepted, over TLS where there is a certificate, served with HTTP/1.1, and drained at the end.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;
use tokio_rustls::TlsAcceptor;
use tower::Service as _;
use tracing::{debug, warn};

use super::app::App;
use super::certificates::Certificates;
use super::connection_stream::ConnectionStream;
use super::connections::{ConnectionInfo, Connections};
use super::routes::routes;

/// Headers of a request.
const HEADERS_MAX: usize = 100;
/// Bytes of a request's head.
const HEAD_BYTES_MAX: usize = 32 * 1024;
/// How long to leave the system alone when it has no file left for a connection.
const PAUSE: Duration = Duration::from_millis(50);

/// Serves connections until it is told to stop, and then those that are open to their end.
pub async fn serve(
    listener: TcpListener,
    certificates: Option<Arc<Certificates>>,
    app: Arc<App>,
    mut stop: watch::Receiver<bool>,
) {
    let mut look = tokio::time::interval(app.config.timeouts.certificate);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let router = routes(Arc::clone(&app));
    let connections = Arc::new(Connections::default());
    let mut open = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            () = told(&mut stop) => break,
            accepted = listener.accept() => accepted,
            _ = look.tick(), if certificates.is_some() => {
                let certificates = certificates.clone();
                tokio::task::spawn_blocking(move || certificates.map(|known| known.renew_if_changed()));
                continue;
            }
        };
        while open.try_join_next().is_some() {}
        match accepted {
            Ok((stream, peer)) => {
                let (router, app, stop) = (router.clone(), Arc::clone(&app), stop.clone());
                let place = connections.enter(peer.ip().to_canonical());
                let tls = certificates.as_ref().map(|certificates| certificates.server());
                open.spawn(async move {
                    app.shared.metrics.connections.one();
                    let connection = ConnectionInfo {
                        peer,
                        over_tls: tls.is_some(),
                        scope: place.scope,
                        state: Arc::clone(&place.state),
                    };
                    tokio::select! {
                        () = place.state.has_to_leave() => {}
                        () = begin(stream, tls, connection, (router, &app), stop) => {}
                    }
                    app.shared.metrics.connections.less();
                });
            }
            Err(error) => {
                warn!("Could not accept a connection: {error}.");
                connections.make_room();
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    drop(listener);
    // Answers without an end of their own.
    app.shared.feed.close();
    let drained = tokio::time::timeout(app.config.timeouts.drain, async {
        while open.join_next().await.is_some() {}
    });
    if drained.await.is_err() {
        warn!("Connections were still open at the end, and were closed.");
        open.shutdown().await;
    }
}

/// Begins a conversation, over TLS where there is a certificate.
async fn begin(
    stream: TcpStream,
    tls: Option<Arc<ServerConfig>>,
    connection: ConnectionInfo,
    served: (Router, &App),
    mut stop: watch::Receiver<bool>,
) {
    // An answer is small and waited for.
    let _ = stream.set_nodelay(true);
    let Some(tls) = tls else { return converse(stream, connection, served, stop).await };
    let (_, app) = &served;
    let greeted =
        tokio::time::timeout(app.config.timeouts.head, TlsAcceptor::from(tls).accept(stream));
    let greeted = tokio::select! {
        greeted = greeted => greeted,
        () = told(&mut stop) => return,
    };
    match greeted {
        Ok(Ok(stream)) => converse(stream, connection, served, stop).await,
        Ok(Err(error)) => debug!("A connection over TLS was not begun: {error}."),
        Err(_) => debug!("A connection over TLS was not begun in time."),
    }
}

async fn converse(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    connection: ConnectionInfo,
    (router, app): (Router, &App),
    mut stop: watch::Receiver<bool>,
) {
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let (mut router, connection) = (router.clone(), connection.clone());
        async move {
            let mut request: Request = request.map(Body::new);
            request.extensions_mut().insert(connection);
            let answered: Result<_, Infallible> = router.call(request).await;
            answered
        }
    });
    let stream = ConnectionStream::new(stream, Arc::clone(&app.shared), app.config.timeouts.body);
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(app.config.timeouts.head)
        .max_headers(HEADERS_MAX)
        .max_buf_size(HEAD_BYTES_MAX)
        .serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    let served = tokio::select! {
        served = connection.as_mut() => served,
        () = told(&mut stop) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = served {
        debug!("A connection ended early: {error}.");
    }
}

/// Waits until it is told to stop.
async fn told(stop: &mut watch::Receiver<bool>) {
    // Whoever could tell it has gone: that says the same.
    let _ = stop.wait_for(|stop| *stop).await;
}
