//! What is sold: the solutions that PSC exports name, and one that is not ready yet.

use crate::catalogue::{incentive::Incentive, service::NewSolution};

const fn solution(
    id: &'static str,
    name: &'static str,
    co_sell_ready: bool,
    incentive: Option<Incentive>,
) -> NewSolution<'static> {
    NewSolution { id, name, co_sell_ready, incentive, assessment: false }
}

pub const FABRIKAM: [NewSolution<'static>; 4] = [
    solution("SOL-10021-KRA", "Fabrikam Order Desk", true, Some(Incentive::BizAppsStandard)),
    solution("SOL-34104-EBB", "Fabrikam Warehouse Insights", true, Some(Incentive::AzureIpCoSell)),
    solution("SOL-55310-LAB", "Fabrikam Vision Lab", false, None),
    solution("SOL-77120-IOT", "Fabrikam Line Monitor", true, None),
];

pub const CONSULTING: [NewSolution<'static>; 1] =
    [solution("SOL-99001-P3P", "Contoso Supply Planner", true, Some(Incentive::BizAppsPremium))];

pub const MICROSOFT: [NewSolution<'static>; 3] = [
    solution("MS-AZURE", "Microsoft Azure", false, None),
    solution("MS-D365-FIELD", "Dynamics 365 Field Service", false, None),
    solution("MS-M365-E5", "Microsoft 365 E5", false, None),
];
