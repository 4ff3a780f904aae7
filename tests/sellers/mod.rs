//! The vendor's workspace: queues, whose a request is, answers, what partners must not see, and sending.

mod acts;
mod hidden;
mod queue;
mod sending;
mod settings;
pub mod world;
