//! Servers that are measured from outside: their address, what they use of the machine, and their end.

use std::{
    fs,
    net::{SocketAddr, TcpListener, TcpStream},
    ops::Sub,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use partner_portal::db::private_postgres::Cluster;

use crate::Outcome;

/// Clock ticks of `/proc` in a second: the same on all of Linux.
const TICKS: f64 = 100.0;

/// A process that listens; ended when dropped.
pub struct Server {
    pub name: &'static str,
    pub address: SocketAddr,
    child: Child,
}

impl Server {
    pub async fn start(name: &'static str, command: impl FnOnce(&str) -> Command) -> Outcome<Self> {
        // A port that is free now.
        let address = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?;
        let child = command(&address.to_string()).stdout(Stdio::null()).spawn()?;
        let server = Self { name, address, child };
        let began = Instant::now();
        while TcpStream::connect(address).is_err() {
            if began.elapsed() > Duration::from_secs(30) {
                return Err(format!("{name} does not listen").into());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(server)
    }

    /// In megabytes.
    pub fn peak_memory(&self) -> Outcome<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
        Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? / 1000)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Seconds of CPU that a server and all processes of its database have used so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Usage {
    pub server: f64,
    pub database: f64,
}

impl Usage {
    pub fn of(server: &Server, cluster: &Cluster) -> Outcome<Self> {
        let postmaster: u32 = fs::read_to_string(cluster.folder().join("data/postmaster.pid"))?
            .lines()
            .next()
            .ok_or("no postmaster.pid")?
            .parse()?;
        let (mut own, mut database) = (0.0, 0.0);
        for entry in fs::read_dir("/proc")?.flatten() {
            let Some(id) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
            // Gone in between: not one of ours.
            let Ok(stat) = fs::read_to_string(entry.path().join("stat")) else { continue };
            // Behind the name, which may hold anything: state, parent, …, user and system time as the 12th and 13th.
            let fields: Vec<&str> = stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace().collect();
            let number = |n: usize| fields.get(n).and_then(|field| field.parse::<f64>().ok()).unwrap_or(0.0);
            let seconds = (number(11) + number(12)) / TICKS;
            if id == server.child.id() {
                own = seconds;
            } else if fields.get(1).and_then(|field| field.parse::<u32>().ok()) == Some(postmaster) {
                database += seconds;
            }
        }
        Ok(Self { server: own, database })
    }
}

impl Sub for Usage {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        Self { server: self.server - before.server, database: self.database - before.database }
    }
}
