mod cluster;
mod messages;
mod programs;
mod settings;
