incentive-azure-ip-co-sell = Azure IP 공동 판매
incentive-biz-apps-premium = Biz Apps 프리미엄
incentive-biz-apps-standard = Biz Apps 표준
