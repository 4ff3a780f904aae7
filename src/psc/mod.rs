//! Partner Sales Connect, the legacy side: what its bulk export says, until everything has moved (domain.md section 5).

pub mod import;
