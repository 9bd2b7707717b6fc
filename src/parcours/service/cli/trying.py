"""trying"""
