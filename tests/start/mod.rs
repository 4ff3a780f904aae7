mod cluster;
mod limits;
mod messages;
mod programs;
mod settings;
