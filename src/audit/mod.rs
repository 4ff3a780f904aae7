//! The audit log: who changed what of an organisation, when, from where, before and after. It only grows.

pub mod action;
pub mod policy;
pub mod service;
mod store;
mod views;
pub mod web;
