//! A small TCP proxy before PostgreSQL, whose line can be disturbed.

use std::time::Duration;

use sqlx::{PgPool, postgres::PgConnectOptions};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream, UnixStream},
    sync::watch,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    Good,
    /// Every answer of the database comes five milliseconds late, as from another place.
    Far,
    /// Every answer of the database comes half a second late.
    Slow,
    /// Nothing goes through, and nobody is told.
    Silent,
    /// Every connection is cut, and every new one.
    Cut,
    /// The connections that are there are silent for good, as after a crash of a machine on the way; new ones are good.
    Dead,
}

impl Line {
    fn late(self) -> Duration {
        match self {
            Self::Far => Duration::from_millis(5),
            Self::Slow => Duration::from_millis(500),
            _ => Duration::ZERO,
        }
    }
}

/// A way to the database that can be disturbed.
pub struct Proxy {
    pub url: String,
    line: watch::Sender<Line>,
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

async fn connect(options: &PgConnectOptions) -> std::io::Result<Box<dyn Stream>> {
    let host = options.get_host();
    let folder = options
        .get_socket()
        .map(|path| path.display().to_string())
        .or_else(|| host.starts_with('/').then(|| host.to_owned()));
    Ok(match folder {
        Some(folder) => Box::new(UnixStream::connect(format!("{folder}/.s.PGSQL.{}", options.get_port())).await?),
        None => Box::new(TcpStream::connect((host, options.get_port())).await?),
    })
}

impl Proxy {
    pub async fn new(pool: &PgPool) -> Self {
        let options = pool.connect_options();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let url = format!("postgres://{}@127.0.0.1:{port}/{}", options.get_username(), options.get_database().unwrap());
        let (line, watched) = watch::channel(Line::Good);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (options, watched) = (options.clone(), watched.clone());
                tokio::spawn(async move { carry(client, &options, watched).await });
            }
        });
        Self { url, line }
    }

    pub fn set(&self, line: Line) {
        self.line.send_replace(line);
    }
}

/// Carries bytes both ways as the line allows, until one end or the line is gone.
async fn carry(mut client: TcpStream, options: &PgConnectOptions, mut line: watch::Receiver<Line>) {
    let mut now = *line.borrow_and_update();
    if now == Line::Cut {
        return;
    }
    if now == Line::Dead {
        // This one is new.
        now = Line::Good;
    }
    let Ok(mut server) = connect(options).await else { return };
    let (mut up, mut down) = (vec![0; 16_384], vec![0; 16_384]);
    loop {
        match now {
            Line::Cut => return,
            Line::Dead => {
                // Heard by nobody, until the client gives it up.
                while matches!(client.read(&mut up).await, Ok(length) if length > 0) {}
                return;
            }
            Line::Silent => {
                if line.changed().await.is_err() {
                    return;
                }
                now = *line.borrow_and_update();
                continue;
            }
            Line::Good | Line::Far | Line::Slow => {}
        }
        tokio::select! {
            changed = line.changed() => {
                if changed.is_err() { return }
                now = *line.borrow_and_update();
            }
            read = client.read(&mut up) => match read {
                Ok(length) if length > 0 => if server.write_all(&up[..length]).await.is_err() { return },
                _ => return,
            },
            read = server.read(&mut down) => match read {
                Ok(length) if length > 0 => {
                    tokio::time::sleep(now.late()).await;
                    if client.write_all(&down[..length]).await.is_err() { return }
                }
                _ => return,
            },
        }
    }
}
