"""The published Platform API of Genesys Cloud: https://developer.genesys.cloud/platform/api/"""
