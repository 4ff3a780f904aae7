incentive-azure-ip-co-sell = Azure IP co-sell
incentive-biz-apps-premium = Biz Apps Premium
incentive-biz-apps-standard = Biz Apps Standard
